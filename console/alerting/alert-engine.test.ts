/** The engine over a real database: rows of earlier versions go on, every type is kept and read back, blind rounds and pictures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations as allMigrations } from '../../prisma/generated/migrations.ts';
import { conditionShapes, ruleTypeNames } from '../contracts/alert-conditions.ts';
import { alertRuleInputSchema, type AlertRuleInput } from '../contracts/alerts.ts';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from '../model/testing/snapshots.ts';
import { insertChannel } from '../store/alert-channels.ts';
import { insertRule, listRules, readRuleDefinitions } from '../store/alert-rules.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { readIncidents } from '../store/incidents.ts';
import { migrate } from '../store/migrations.ts';
import { readPending } from '../store/outbox.ts';
import { readSilencesOf } from '../store/silences.ts';
import { AlertEngine } from './alert-engine.ts';
import { noticeSchema } from './notice.ts';

const migrations = allMigrations.sqlite;

let directory = '';
let file = '';
let database: Database;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-engine-'));
  file = path.join(directory, 'aquila.db');
});
afterEach(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});

const at = new Date('2026-02-01T00:00:00Z');
const start = at.getTime();

const engineOf = (readCourse?: ConstructorParameters<typeof AlertEngine>[0]['readCourse']) =>
  new AlertEngine({
    ...{ database, intervalMs: 10_000, publicUrl: 'http://console', messageDomain: 'x' },
    defaultClusterId: () => 'local',
    ...(readCourse === undefined ? {} : { readCourse }),
  });

async function keep(id: string, fields: Record<string, unknown>): Promise<AlertRuleInput> {
  const input = alertRuleInputSchema.parse({ name: id, cluster: 'local', ...fields });
  await insertRule(database, input, { id, by: 'ann', at });
  return input;
}

const groups = (lag: number | null) => [
  groupOf('g', [{ topic: 't', partition: 0, committedOffset: lag === null ? null : 0, logEndOffset: lag }]),
];

it('goes on with rules, incidents and silences of an earlier version', async () => {
  const adapter = await new PrismaLibSql({ url: `file:${file}`, intMode: 'bigint' }).connect();
  const earlier = migrations.filter(({ name }) => name < '004');
  expect(earlier.length).toBe(migrations.findIndex(({ name }) => name === '004_alert_types'));
  await migrate(adapter, earlier, file);
  await adapter.executeScript(`
    INSERT INTO "AlertRule" VALUES ('r', 'late', 'group-lag', 'local', 'g', NULL, 100, 'records', 0, 0, NULL, 'P2', true, 'ann', '${at.toISOString()}', '${at.toISOString()}');
    INSERT INTO "RuleState" VALUES ('r', '["g",null]', NULL, ${String(start)}, 'i', 500, ${String(start)});
    INSERT INTO "Incident" VALUES ('i', 'r', 'late', '["g",null]', 'local', 'g', NULL, 'P2', 'firing', 100, 'records', 500, 500, 1, '${at.toISOString()}', '${at.toISOString()}', NULL, NULL, NULL);
    INSERT INTO "Silence" VALUES ('s', 'local', NULL, 'g', NULL, '${at.toISOString()}', '2027-01-01T00:00:00.000Z', '', 'ann');`);
  await adapter.dispose();
  database = await openDatabase(`file:${file}`);
  expect(await readSilencesOf(database, 'local', new Date(start + 1))).toMatchObject([
    { group: 'g', broker: null },
  ]);
  expect(await readRuleDefinitions(database, 'local')).toMatchObject([
    { type: 'group-lag', group: 'g', threshold: 100, unit: 'records', recoverAt: null, broker: null },
  ]);
  const engine = engineOf();
  await engine.judge(snapshotOf({ groups: groups(700), asOfMs: start + 10_000 }), start + 10_000);
  expect(await readIncidents(database)).toMatchObject([
    { id: 'i', type: 'group-lag', state: 'firing', value: 700, peakValue: 700, threshold: 100, group: 'g' },
  ]);
  for (const ms of [20_000, 30_000, 40_000]) {
    await engine.judge(snapshotOf({ groups: groups(3), asOfMs: start + ms }), start + ms);
  }
  expect(await readIncidents(database)).toMatchObject([{ id: 'i', state: 'resolved', value: 3 }]);
});

it('keeps a rule of every type as it was written', async () => {
  database = await openDatabase(`file:${file}`);
  const own: Record<string, Record<string, unknown>> = {
    'group-lag': { group: 'pay-*', unit: 'seconds', threshold: 60, recoverAt: 30 },
    'group-status': { statuses: ['slow', 'unknown'], unit: 'records', threshold: 5 },
    'broker-down': { broker: 0, threshold: 1 },
    'below-min-isr': { topic: 'a*', minIsr: 2 },
    'topic-capacity': { threshold: 1e12 },
    'producer-rate': { min: 0.5, max: 10 },
    'disk-use': { threshold: 85, broker: 3 },
  };
  for (const type of ruleTypeNames) {
    const written = await keep(type, { type, ...own[type] });
    const [kept] = (await listRules(database)).filter(({ id }) => id === type);
    // What has no meaning for the type is taken and not kept.
    const fields = Object.keys(conditionShapes[type]).filter(
      (name) => name !== 'threshold' && name !== 'unit',
    );
    for (const name of fields) expect(kept, `${type} ${name}`).toHaveProperty(name, written[name as 'group']);
  }
  expect((await listRules(database)).map(({ type, threshold, unit }) => [type, threshold, unit])).toEqual(
    expect.arrayContaining([
      ['group-status', null, ''],
      ['broker-down', null, ''],
      ['topic-capacity', 1e12, 'bytes'],
      ['producer-rate', null, 'messages/s'],
      ['disk-use', 85, 'percent'],
      ['collector-blind', 60, 'seconds'],
    ]),
  );
});

it('leaves a rule of a type that it does not know alone', async () => {
  database = await openDatabase(`file:${file}`);
  await keep('r', { type: 'controller-missing' });
  await database.alertRule.update({ where: { id: 'r' }, data: { type: 'from-the-future' } });
  expect(await listRules(database)).toEqual([]);
  await engineOf().judge(snapshotOf({}), start);
  expect(await database.alertRule.count()).toBe(1);
});

it('keeps what brokers cause, what is not known, and writes it down with its picture', async () => {
  database = await openDatabase(`file:${file}`);
  const record = { name: 'ops', type: 'email', settings: { to: [] }, secret: {}, enabled: true };
  const channel = await insertChannel(database, Buffer.alloc(32), record, at);
  const channelIds = [channel.id];
  await keep('down', { type: 'broker-down', level: 'P0', channelIds });
  await keep('isr', { type: 'under-replicated', topic: '*', channelIds });
  await keep('lag', { type: 'group-lag', threshold: 10, channelIds });
  const engine = engineOf((_, course) =>
    Promise.resolve({ points: [[start, 500]], unit: course.name === 'group.lag' ? 'records' : '' }),
  );
  const topics = [topicOf('t', [partitionOf(0, { replicas: [1, 2], isr: [1] })])];
  const brokers = [brokerOf(1), brokerOf(2, { reachable: false })];
  await engine.judge(snapshotOf({ brokers, topics, groups: groups(500), asOfMs: start }), start);
  const incidents = await readIncidents(database);
  const down = incidents.find(({ type }) => type === 'broker-down');
  expect(down).toMatchObject({ broker: 2, threshold: null, value: null, causedBy: null });
  expect(incidents.find(({ type }) => type === 'under-replicated')).toMatchObject({
    ...{ topic: 't', causedBy: down?.id, value: 1, threshold: 0, deliveries: [] },
  });
  const notices = (await readPending(database, channel.id)).map(({ payload }) => noticeSchema.parse(payload));
  const notice = (type: string) => notices.find((each) => each.type === type);
  expect(notices).toHaveLength(2);
  expect(notice('broker-down')).toMatchObject({
    ...{ subject: 'broker 2', cause: { text: 'broker 2 is down', count: 2 }, chart: null },
    ...{ link: 'http://console/brokers/2' },
  });
  expect(notice('group-lag')).toMatchObject({ chart: { points: [[start, 500]], unit: 'records' } });
  await engine.judgeBlind('local', { lastRoundMs: start, reason: 'refused' }, start + 60_000);
  expect(
    (await readIncidents(database)).map(({ state, noDataSinceMs, causedBy }) => [
      state,
      noDataSinceMs,
      causedBy !== null,
    ]),
  ).toEqual(
    expect.arrayContaining([
      ['firing', start + 60_000, true],
      ['firing', start + 60_000, false],
      ['firing', start + 60_000, false],
    ]),
  );
});
