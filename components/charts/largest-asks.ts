/**
 * What to ask for a chart of the largest of many. PURE. An answer holds 200 lines, and not the largest ones: a cluster of more groups or
 * topics than that is asked for its largest by name, as the last round has them; of a smaller one everything is asked at once.
 */
import type { HistorySeriesName } from '../../console/contracts/history.ts';
import type { HistoryAsk } from '../data/use-history.ts';
import { MOST_SERIES } from './chart-data.ts';

const ANSWERED_LINES = 200;

export function largestAsks(
  series: HistorySeriesName,
  label: 'group' | 'topic',
  names: readonly string[],
  total: number,
): HistoryAsk[] {
  if (total <= ANSWERED_LINES) return [{ series }];
  return names.slice(0, MOST_SERIES).map((name) => ({ series, [label]: name }));
}
