/** Everything moves from SQLite to PostgreSQL to MySQL and back, row by row; nothing is lost, made up or overwritten. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Prisma } from '../../prisma/generated/client/client.ts';
import { copyDatabase, copiedTables, leftBehind } from './database-copy.ts';
import { openDatabase, type Database } from './database.ts';
import { seal, unseal } from './sealed-box.ts';
import { newPlace, type Place } from './testing/store-suite.ts';
import { skipBecause } from './testing/skip.ts';
import { UNFINISHED_COPY_KEY } from './unfinished-copy.ts';

const at = new Date('2026-01-05T12:00:00.007Z');
const key = Buffer.alloc(32, 7);
const closing: (() => Promise<unknown>)[] = [];

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-copy-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
});

async function opened(url: string): Promise<Database> {
  const database = await openDatabase(url, { reportsHealth: false, unfinishedCopy: true });
  closing.push(() => database.$disconnect());
  return database;
}
const file = (name: string): string => `file:${path.join(directory, name)}`;

/** More rows than one batch holds where it matters, and every kind of value. */
async function fill(database: Database): Promise<void> {
  const text = `ä€😀 "q" 'q' \\ $1 ? \n${'x'.repeat(300)}`;
  const row = { id: 'a', createdAt: at, updatedAt: at };
  await database.user.create({
    data: { id: 'a', name: 'ann', passwordHash: text, role: 'admin', createdAt: at },
  });
  const session = { id: 's', userId: 'a', tokenVersion: 3, ip: '::1', userAgent: text };
  await database.session.create({ data: { ...session, createdAt: at, lastSeenAt: at, expiresAt: at } });
  await database.apiToken.create({
    data: { id: 't', name: text, role: 'viewer', sha256: 'x', createdBy: 'a', createdAt: at },
  });
  await database.failedTry.create({ data: { kind: 'k', subject: 's', atMs: 1_767_614_400_007n } });
  const entry = { at, actor: 'ann', ip: '', action: 'x', cluster: null, result: 'ok', detail: text };
  await database.auditEntry.createMany({
    data: Array.from({ length: 2_050 }, (_, index) => ({ ...entry, target: String(index) })),
  });
  await database.auditEntry.deleteMany({ where: { target: { in: ['3', '2049'] } } });
  await database.setting.create({ data: { key: 'k', value: text, updatedAt: at } });
  await database.cluster.create({
    data: {
      id: 'mine',
      name: 'Mine',
      bootstrap: '[]',
      settings: '{}',
      secret: seal(key, 'p', 'secret'),
      createdAt: at,
      createdBy: 'a',
    },
  });
  const times = { createdAtMs: 1n, lastAtMs: 9_007_199_254_740_993n };
  await database.series.createMany({
    data: Array.from({ length: 45 }, (_, index) => ({
      ...{ id: (index + 1) * 3, key: `k${String(index)}`, cluster: 'local', name: 'group.lag' },
      ...{ topic: '', groupId: `g${String(index)}`, ...times },
    })),
  });
  const lines = Array.from({ length: 45 }, (_, index) => (index + 1) * 3);
  await database.round.createMany({
    data: Array.from({ length: 1_100 }, (_, index) => ({
      cluster: 'local',
      atMs: BigInt(index),
      isKey: index % 7 === 0,
    })),
  });
  await database.sample.createMany({
    data: lines.flatMap((seriesId) =>
      Array.from({ length: 110 }, (_, index) => ({
        seriesId,
        atMs: BigInt(index),
        value: index % 5 === 0 ? null : index / 3,
      })),
    ),
  });
  await database.chunk.createMany({
    data: lines.map((seriesId) => ({
      seriesId,
      resolutionSeconds: 60,
      startMs: 3_600_000n,
      points: JSON.stringify([seriesId, 0.1, 1e21]),
    })),
  });
  const rule = {
    ...row,
    name: text,
    type: 'group-lag',
    cluster: 'local',
    groupId: 'g*',
    threshold: 0.1,
    unit: 'records',
  };
  await database.channel.create({
    data: { ...row, name: text, type: 'email', settings: '{}', secret: seal(key, 'c', 's'), enabled: true },
  });
  await database.alertRule.create({
    data: {
      ...rule,
      ...{ settings: '{}', forSeconds: 1, repeatSeconds: 2, level: 'P1', enabled: false, createdBy: 'ann' },
      channels: { create: [{ channelId: 'a' }] },
      states: { create: [{ subject: '["g",null]', lastValue: null, lastEvaluatedMs: 5n }] },
    },
  });
  const incident = {
    id: 'i',
    ruleId: 'a',
    ruleName: text,
    subject: '[]',
    cluster: 'local',
    level: 'P1',
    state: 'firing',
    threshold: 1,
    unit: '',
  };
  await database.incident.create({ data: { ...incident, startedAt: at, value: -0.5, noDataSinceMs: 7n } });
  const delivery = {
    incidentId: 'i',
    channelId: 'a',
    channelName: text,
    kind: 'firing',
    state: 'pending',
    payload: JSON.stringify({ text }),
  };
  await database.delivery.create({
    data: { id: 'd', ...delivery, messageId: '<d@x>', createdAt: at, nextAttemptAtMs: 5n },
  });
  const silence = {
    id: 'q',
    cluster: 'local',
    groupId: text,
    startsAt: at,
    endsAt: at,
    comment: text,
    createdBy: 'ann',
  };
  await database.silence.create({ data: silence });
  await database.lease.create({ data: { name: 'collector', holder: 'gone', expiresAtMs: 1n } });
}

/** Every row of every table, in the order of keys, as text. */
async function everything(database: Database): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const { name, key: columns } of copiedTables) {
    const property = name.charAt(0).toLowerCase() + name.slice(1);
    const table = (database as unknown as Record<string, { findMany(request: object): Promise<object[]> }>)[
      property
    ];
    const rows = (await table?.findMany({ orderBy: columns.map((column) => ({ [column]: 'asc' })) })) ?? [];
    all[name] = rows.map((row) =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? `${String(value)}n` : value)),
    );
  }
  return all;
}

it('knows every table', () => {
  expect([...copiedTables.map(({ name }) => name), ...leftBehind].sort()).toEqual(
    Object.keys(Prisma.ModelName).sort(),
  );
});

it('takes everything from a file to PostgreSQL, from there to MySQL, and back to a file', async (context) => {
  const servers: Place[] = [];
  for (const kind of ['postgresql', 'mysql'] as const) {
    const place = await newPlace(kind);
    if (typeof place === 'string') skipBecause(context, place);
    closing.push(place.close);
    servers.push(place);
  }
  const first = await opened(file('first.db'));
  await fill(first);
  const expected = await everything(first);
  let source = first;
  for (const url of [...servers.map((place) => place.url), file('last.db')]) {
    const target = await opened(url);
    const tables = await copyDatabase(source, target, () => undefined);
    expect(tables.find(({ name }) => name === 'AuditEntry')).toEqual({
      name: 'AuditEntry',
      sourceRows: 2_048,
      targetRows: 2_048,
    });
    expect(await everything(target)).toEqual(expected);
    expect(await target.lease.count()).toBe(0);
    // Ids go on behind those that came.
    const { id } = await target.auditEntry.create({
      data: { at, actor: '', ip: '', action: '', target: '', result: '' },
    });
    expect(id).toBeGreaterThanOrEqual(2_049);
    await target.auditEntry.delete({ where: { id } });
    source = target;
  }
  const secret = (await source.cluster.findUniqueOrThrow({ where: { id: 'mine' } })).secret ?? '';
  expect(unseal(key, 'p', secret)).toBe('secret');
}, 480_000);

it('refuses a target with anything in it, and begins anew after a copy that was cut off', async () => {
  const source = await opened(file('source.db'));
  await fill(source);
  const target = await opened(file('target.db'));
  await target.silence.create({
    data: { id: 'x', cluster: 'c', startsAt: at, endsAt: at, comment: '', createdBy: '' },
  });
  await expect(copyDatabase(source, target, () => undefined)).rejects.toThrow(/not empty.*1 rows in Silence/);
  expect(await target.silence.count()).toBe(1);
  await target.silence.deleteMany();
  const cut = (table: { name: string }): void => {
    if (table.name === 'Sample') throw new Error('cut off');
  };
  await expect(copyDatabase(source, target, cut)).rejects.toThrow('cut off');
  expect(await target.setting.count({ where: { key: UNFINISHED_COPY_KEY } })).toBe(1);
  await expect(openDatabase(file('target.db'))).rejects.toThrow(
    /part of a copy that was cut off.*database copy/,
  );
  await copyDatabase(source, target, () => undefined);
  expect(await everything(target)).toEqual(await everything(source));
  const usual = await openDatabase(file('target.db'));
  await usual.$disconnect();
}, 480_000);
