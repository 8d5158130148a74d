/** Reads the line of a notice's picture from the history, as far as that is kept. */
import { planRetention } from '../model/retention.ts';
import type { Database } from '../store/database.ts';
import { readHistory } from '../store/history.ts';
import type { ChartSource } from './notice-chart.ts';

export interface ChartHistoryOptions {
  readonly database: Database;
  readonly historyDays: number;
  readonly intervalMs: number;
  readonly nowMs: () => number;
}

export function chartHistory({ database, historyDays, intervalMs, nowMs }: ChartHistoryOptions): ChartSource {
  return async ({ unit: _unit, ...query }) => {
    const frame = { plan: planRetention(historyDays), rawMs: intervalMs, nowMs: nowMs() };
    const { series } = await readHistory(database, { ...query, byPartition: false }, frame);
    const [line] = series;
    return line === undefined ? null : line.points.map(([ms, value]): [number, number | null] => [ms, value]);
  };
}
