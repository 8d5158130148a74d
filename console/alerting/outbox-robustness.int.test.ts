/** The outbox when something in it is wrong, or changes under it: what is wrong is given up with its reason, and keeps nothing else. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alertRuleInputSchema } from '../contracts/alerts.ts';
import { groupOf, snapshotOf } from '../model/testing/snapshots.ts';
import { insertChannel, removeChannel, replaceChannel, type ChannelRecord } from '../store/alert-channels.ts';
import { insertRule, readRuleDefinitions, updateRule } from '../store/alert-rules.ts';
import { LeaseLostError, type NewDelivery } from '../store/alert-transitions.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { holdLease } from '../store/lease.ts';
import { noTransitions } from './after-round.ts';
import { AlertBook } from './alert-book.ts';
import { AlertEngine } from './alert-engine.ts';
import { OutboxWorker } from './outbox-worker.ts';
import { startMailSink, type MailSink } from './testing/mail-sink.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const key = randomBytes(32);

let directory = '';
let database: Database;
let sink: MailSink;
let nowMs = 0;
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-outbox-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
  sink = await startMailSink();
  nowMs = Date.UTC(2026, 0, 5);
});
afterEach(async () => {
  await sink.close();
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});

const engineOf = (holder: string | null = null): AlertEngine =>
  new AlertEngine({
    ...{ database, intervalMs: 10_000, publicUrl: 'http://console.test', messageDomain: 'example.com' },
    defaultClusterId: () => 'local',
    fence: () => (holder === null ? null : { lease: 'collector', holder }),
  });

const workerOf = (smtpUrl = sink.url): OutboxWorker =>
  new OutboxWorker({
    ...{ database, channelKey: key, nowMs: () => nowMs, random: () => 0, log: () => undefined },
    context: { outbound: 'private', smtpUrl, mailFrom: null, publicUrl: 'http://console.test' },
  });

const record = (to: string): ChannelRecord => ({
  ...{ name: to, type: 'email', settings: { from: null, to: [to] }, secret: {}, enabled: true },
});
const channel = async (to: string): Promise<string> =>
  (await insertChannel(database, key, record(to), new Date(nowMs))).id;

const ruleInput = (channelIds: string[]) =>
  alertRuleInputSchema.parse({
    ...{ name: 'late', type: 'group-lag', cluster: 'local', threshold: 100, channelIds },
  });
const rule = (channelIds: string[]): Promise<void> =>
  insertRule(database, ruleInput(channelIds), { id: 'rule', by: 'ann', at: new Date(nowMs) });

async function judge(lags: Readonly<Record<string, number>>, engine = engineOf()): Promise<void> {
  const groups = Object.entries(lags).map(([id, lag]) =>
    groupOf(id, [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: lag }]),
  );
  await engine.judge(snapshotOf({ groups }), nowMs);
}

async function recover(...groups: string[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    nowMs += 10_000;
    await judge(Object.fromEntries(groups.map((group) => [group, 0])));
  }
}

/** `kind state reason` of what went to a channel, oldest first. */
async function outcomes(channelId: string): Promise<string[]> {
  const rows = await database.delivery.findMany({
    where: { channelId },
    orderBy: [{ createdAt: 'asc' }, { kind: 'asc' }],
  });
  return rows.map(({ kind, state, lastError }) => [kind, state, lastError ?? ''].join(' ').trim());
}
const sentTo = (address: string): string[] =>
  sink.mails.filter(({ to }) => to.includes(address)).map(({ text }) => text);

it.each([
  ['is no JSON', 'payload: {', /it is no JSON object/],
  ['is JSON of something else', '[1, 2]', /it is no JSON object/],
  ['is no notice', '{"kind":"firing","level":"P9"}', /cannot be read: \w+/],
])('what %s is given up with its reason, and all others are told', async (_name, payload, reason) => {
  const [one, two] = [await channel('one@example.com'), await channel('two@example.com')];
  await rule([one, two]);
  await judge({ a: 500, b: 500, c: 500 });
  const [damaged] = await database.delivery.findMany({ where: { channelId: one }, orderBy: { id: 'asc' } });
  await database.delivery.update({ where: { id: damaged?.id ?? '' }, data: { payload } });
  await workerOf().deliverDue();
  const states = (await outcomes(one)).sort();
  expect(states).toEqual([expect.stringMatching(reason), 'firing sent', 'firing sent']);
  expect(states[0]).toContain('firing dead What it says cannot be read');
  expect(await outcomes(two)).toEqual(['firing sent', 'firing sent', 'firing sent']);
  expect([sentTo('one@example.com').length, sentTo('two@example.com').length]).toEqual([1, 1]);
});

it('what waits for a channel that is deleted or switched off says so, and others are told', async () => {
  const [gone, off, well] = [await channel('g@x.y'), await channel('o@x.y'), await channel('w@x.y')];
  await rule([gone, off, well]);
  await judge({ a: 500 });
  await removeChannel(database, gone);
  await replaceChannel(database, key, off, { ...record('o@x.y'), enabled: false }, new Date(nowMs));
  await workerOf().deliverDue();
  expect(await outcomes(gone)).toEqual(['firing dead The channel was deleted.']);
  expect(await outcomes(off)).toEqual(['firing dead The channel is switched off.']);
  expect(await outcomes(well)).toEqual(['firing sent']);
});

it('a channel or a rule that cannot be read keeps no other from working', async () => {
  const [bad, well] = [await channel('b@x.y'), await channel('w@x.y')];
  await rule([bad, well]);
  await insertRule(database, ruleInput([]), { id: 'damaged', by: 'ann', at: new Date(nowMs) });
  await database.alertRule.update({ where: { id: 'damaged' }, data: { settings: '{' } });
  await database.channel.update({ where: { id: bad }, data: { settings: 'to: b' } });
  expect((await readRuleDefinitions(database, 'local')).map(({ id }) => id)).toEqual(['rule']);
  await judge({ a: 500 });
  await workerOf().deliverDue();
  expect(await outcomes(bad)).toEqual([
    'firing pending The settings of this channel cannot be read: enter them again.',
  ]);
  expect(await outcomes(well)).toEqual(['firing sent']);
  await replaceChannel(database, key, bad, record('b@x.y'), new Date(nowMs));
  nowMs += MINUTE;
  await workerOf().deliverDue();
  expect(await outcomes(bad)).toEqual(['firing sent']);
});

it('is tried ever more rarely for three days, then given up; its recovery alone would puzzle people', async () => {
  const id = await channel('ops@example.com');
  await rule([id]);
  const { port } = sink;
  await sink.close();
  const worker = workerOf(`smtp://127.0.0.1:${String(port)}`);
  const begunMs = nowMs;
  const attempts = [0];
  await judge({ a: 500 });
  await worker.deliverDue();
  await recover('a');
  const next = async (): Promise<number | null> => {
    const [row] = await database.delivery.findMany({ where: { kind: 'firing', state: 'pending' } });
    return row === undefined ? null : Number(row.nextAttemptAtMs);
  };
  for (let dueMs = await next(); dueMs !== null; dueMs = await next()) {
    nowMs = Math.max(nowMs, dueMs);
    attempts.push(nowMs - begunMs);
    await worker.deliverDue();
  }
  const waits = attempts.slice(1).map((at, index) => (at - (attempts[index] ?? 0)) / MINUTE);
  expect(waits.slice(0, 8)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60]);
  expect(new Set(waits.slice(8))).toEqual(new Set([60]));
  expect(attempts.at(-1)).toBeGreaterThan(3 * DAY - 2 * 60 * MINUTE);
  expect(attempts.at(-1)).toBeLessThan(3 * DAY + 2 * 60 * MINUTE);
  expect(await outcomes(id)).toEqual([
    expect.stringMatching(/^firing dead .*ECONNREFUSED/),
    'resolved dead The problem itself could not be told here.',
  ]);
  sink = await startMailSink({ port });
  await worker.deliverDue();
  expect(sink.mails).toEqual([]);
});

it('who heard of a problem hears of its end, also where the rule names others by then', async () => {
  const [before, after] = [await channel('before@x.y'), await channel('after@x.y')];
  await rule([before]);
  await judge({ a: 500 });
  await workerOf().deliverDue();
  await updateRule(database, 'rule', ruleInput([after]), new Date(nowMs));
  await recover('a');
  nowMs += MINUTE;
  await workerOf().deliverDue();
  expect(await outcomes(before)).toEqual(['firing sent', 'resolved sent']);
  expect(await outcomes(after)).toEqual([]);
});

it('a clock that goes back an hour and more holds nothing up', async () => {
  const id = await channel('ops@example.com');
  await rule([id]);
  sink.refuseWith({ code: 451, text: 'later' });
  await judge({ a: 500 });
  const worker = workerOf();
  await worker.deliverDue();
  sink.refuseWith(null);
  nowMs -= 2 * 60 * MINUTE;
  await worker.deliverDue();
  expect(await outcomes(id)).toEqual(['firing sent']);
});

it('what is decided and sent while earlier things are being written is written as sent', async () => {
  const channelId = await channel('ops@example.com');
  await rule([channelId]);
  await judge({ a: 500 });
  const incident = await database.incident.findFirstOrThrow();
  const book = new AlertBook();
  const delivery = (id: string): NewDelivery => ({
    ...{ id, incidentId: incident.id, channelId, channelName: 'ops', kind: 'repeat', payload: '{}' },
    ...{ messageId: `<${id}>`, createdAtMs: nowMs },
  });
  book.owe('local', { ...noTransitions, deliveries: [delivery('first')] });
  const flushing = book.flush(database, null);
  const decided = { ...noTransitions, deliveries: [delivery('second')] };
  book.owe('local', decided);
  book.outbox.queue(decided.deliveries);
  const deliveries = book.outbox.pendingOf(channelId);
  const outcome = { state: 'sent', sentAtMs: nowMs, nextAttemptAtMs: null, note: null, attempts: 1 } as const;
  book.outbox.owe({ deliveries, batch: 'second', isClaimed: false, outcome });
  await flushing;
  expect(await database.delivery.findUnique({ where: { id: 'first' } })).toMatchObject({ state: 'pending' });
  expect(await database.delivery.findUnique({ where: { id: 'second' } })).toMatchObject({
    ...{ state: 'sent', attempts: 1 },
  });
});

it('what was decided under a lease that somebody else has by now is not kept', async () => {
  await rule([await channel('ops@example.com')]);
  await holdLease(database, 'collector', 'other', nowMs);
  await expect(judge({ a: 500 }, engineOf('me'))).rejects.toBeInstanceOf(LeaseLostError);
  expect([await database.incident.count(), await database.delivery.count()]).toEqual([0, 0]);
  await judge({ a: 500 }, engineOf('other'));
  expect([await database.incident.count(), await database.delivery.count()]).toEqual([1, 1]);
});
