/** Test support: what the suites about history write and how they read it. */
import { planRetention } from '../../model/retention.ts';
import type { Sample } from '../../model/testing/listed-samples.ts';
import type { SeriesLabels } from '../../model/line-book.ts';
import type { Database } from '../database.ts';
import { readHistory, type HistoryRequest } from '../history.ts';
import { ListedWriter } from './listed-writer.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const start = Date.UTC(2026, 0, 5);
export const plan = planRetention(30);

export const sample = (name: string, labels: Partial<SeriesLabels>, value: number): Sample => ({
  name,
  labels: { topic: '', group: '', broker: '', partition: '', ...labels },
  value,
});

export const lag = (value: number, group = 'g'): Sample => sample('group.lag', { group }, value);

/** A database without history, and who writes one. */
export async function emptied(database: Database): Promise<ListedWriter> {
  for (const table of ['sample', 'round', 'chunk', 'series', 'setting'] as const) {
    await (database[table] as { deleteMany(): Promise<unknown> }).deleteMany();
  }
  return new ListedWriter(database);
}

/** Lags of groups in the first 50 seconds, unless something else is asked for. */
export function readLags(
  database: Database,
  changes: Partial<HistoryRequest>,
  nowMs: number,
): ReturnType<typeof readHistory> {
  const request = {
    clusterId: 'local',
    name: 'group.lag',
    byPartition: false,
    fromMs: start,
    toMs: start + 50_000,
    points: 300,
  };
  return readHistory(database, { ...request, ...changes }, { plan, rawMs: 10_000, nowMs });
}
