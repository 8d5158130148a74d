/** History that an earlier version kept is still there after the database was brought up to date. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { expect, it } from 'vitest';
import { migrations as allMigrations } from '../../prisma/generated/migrations.ts';
import { planRetention } from '../model/retention.ts';
import { openDatabase } from './database.ts';
import { rollUpHistory, sweepHistory } from './history-upkeep.ts';
import { readHistory } from './history.ts';
import { migrate } from './migrations.ts';

const migrations = allMigrations.sqlite;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

it('keeps the points and roll-ups that earlier versions kept', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-migrated-'));
  const url = `file:${path.join(directory, 'aquila.db')}`;
  const day = Date.UTC(2026, 0, 5);
  const nowMs = day + 7 * HOUR + 30 * 60_000;
  const adapter = await new PrismaLibSql({ url, intMode: 'bigint' }).connect();
  const upTo = migrations.findIndex(({ name }) => name.endsWith('_sparse_history'));
  await migrate(adapter, migrations.slice(0, upTo), 'here');
  const statements = [
    `INSERT INTO "Series" VALUES (1, 'k', 'local', 'group.lag', '', 'g', '', '', ${String(day - DAY)}, 0)`,
    ...[60, 600, 3_600].map(
      (seconds) =>
        `INSERT INTO "Setting" VALUES ('history.rolledUpTo.${String(seconds)}', '${String(day + 7 * HOUR)}', '2026-01-05')`,
    ),
  ];
  for (let atMs = day - DAY; atMs < day + 7 * HOUR; atMs += HOUR) {
    statements.push(`INSERT INTO "Rollup" VALUES (1, 60, ${String(atMs)}, 1, 9, 12, 3, 2)`);
    statements.push(`INSERT INTO "Rollup" VALUES (1, 600, ${String(atMs)}, 1, 9, 12, 3, 2)`);
    statements.push(`INSERT INTO "Rollup" VALUES (1, 3600, ${String(atMs)}, 1, 9, 12, 3, 2)`);
  }
  for (let atMs = day; atMs < nowMs; atMs += 600_000) {
    statements.push(`INSERT INTO "Sample" VALUES (1, ${String(atMs)}, 5.5)`);
  }
  await adapter.executeScript(statements.join(';'));
  await adapter.dispose();

  const database = await openDatabase(url);
  const plan = planRetention(30);
  const read = async (fromMs: number) => {
    const request = {
      clusterId: 'local',
      name: 'group.lag',
      byPartition: false,
      fromMs,
      toMs: nowMs,
      points: 2_000,
    };
    const answer = await readHistory(database, request, { plan, rawMs: 600_000, nowMs });
    return answer.series[0]?.points.flatMap(([, value]) => (value === null ? [] : [value])) ?? [];
  };
  for (const upkeep of [false, true]) {
    if (upkeep) {
      while (await rollUpHistory(database, plan, nowMs));
      await sweepHistory(database, plan, nowMs);
    }
    expect((await read(day)).every((value) => value === 5.5)).toBe(true);
    expect(await read(day)).toHaveLength(45);
    expect(Math.max(...(await read(day - 7 * DAY)))).toBe(9);
    expect((await read(day - 20 * DAY)).filter((value) => value === 9).length).toBeGreaterThanOrEqual(5);
  }
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});
