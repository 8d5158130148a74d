/**
 * Reads history: which lines there are, and their points over a window in the resolution that fits.
 *
 * Rolled-up windows end with the raw points that are not rolled up yet, so that a chart reaches up to now. The points of
 * all lines of one answer share one grid of times; a slot without a point is null.
 */
import { fillGrid, planGrid, type ChartPoint, type StoredPoint } from '../model/buckets.ts';
import { boundPlan, chooseResolution, type RetentionPlan } from '../model/retention.ts';
import type { Database } from './database.ts';
import { rolledUpTo } from './history-upkeep.ts';

export interface HistoryRequest {
  readonly clusterId: string;
  readonly name: string;
  readonly topic?: string | undefined;
  readonly group?: string | undefined;
  readonly broker?: string | undefined;
  readonly partition?: string | undefined;
  readonly byPartition: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

export interface HistoryLine {
  /** Only labels that apply. */
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly ChartPoint[];
}

export interface HistoryAnswer {
  readonly resolutionSeconds: number;
  readonly series: readonly HistoryLine[];
  /** Lines that match; at most LINES_MAX of them are answered. */
  readonly total: number;
}

export const LINES_MAX = 200;
/** How many stored points one answer reads at most, about, over all its lines. */
const STORED_POINTS_MAX = 200_000;
const STORED_POINTS_PER_LINE_MAX = 4_000;

interface SeriesRow {
  readonly id: number;
  readonly topic: string;
  readonly groupId: string;
  readonly broker: string;
  readonly partition: string;
}

export async function readHistory(
  database: Database,
  request: HistoryRequest,
  frame: { readonly plan: RetentionPlan; readonly rawMs: number; readonly nowMs: number },
): Promise<HistoryAnswer> {
  const where = seriesFilter(request);
  const [lines, total, rows] = await Promise.all([
    database.series.count(),
    database.series.count({ where }),
    database.series.findMany({
      where,
      select: { id: true, topic: true, groupId: true, broker: true, partition: true },
      orderBy: [{ topic: 'asc' }, { groupId: 'asc' }, { broker: 'asc' }, { partition: 'asc' }],
      take: LINES_MAX,
    }),
  ]);
  const { fromMs, toMs } = request;
  const perLine = Math.min(STORED_POINTS_PER_LINE_MAX, STORED_POINTS_MAX / Math.max(1, rows.length));
  const window = { fromMs, toMs, nowMs: frame.nowMs };
  const { rollupSeconds, resolutionMs } = chooseResolution(
    boundPlan(frame.plan, lines, frame.rawMs),
    window,
    frame.rawMs,
    perLine,
  );
  const grid = planGrid(fromMs, toMs, Math.max(2, request.points), resolutionMs, rollupSeconds !== null);
  const ids = rows.map((row) => row.id);
  const endMs = Math.min(toMs, grid.startMs + grid.slots * grid.slotMs);
  const stored = await readPoints(database, ids, { startMs: grid.startMs, endMs }, rollupSeconds);
  return {
    resolutionSeconds: grid.slotMs / 1_000,
    series: rows
      .sort(byLabels)
      .map((row) => ({ labels: labelsOf(row), points: fillGrid(stored.get(row.id) ?? [], grid) })),
    total,
  };
}

/** Sums and their parts are lines of their own; without a filter on the part only the sums are meant. */
function seriesFilter(request: HistoryRequest): Record<string, unknown> {
  const { clusterId, name, topic, group, broker, partition, byPartition } = request;
  const where: Record<string, unknown> = { cluster: clusterId, name };
  if (group !== undefined) where['groupId'] = group;
  if (broker !== undefined) where['broker'] = broker;
  const split = byPartition || partition !== undefined;
  where['partition'] = partition ?? (split ? { not: '' } : '');
  if (topic !== undefined) where['topic'] = topic;
  else if (!split && name.startsWith('group.')) where['topic'] = '';
  return where;
}

function byLabels(a: SeriesRow, b: SeriesRow): number {
  const text = (row: SeriesRow): string => `${row.topic}\u0000${row.groupId}\u0000${row.broker}`;
  const [left, right] = [text(a), text(b)];
  return left < right ? -1 : left > right ? 1 : Number(a.partition) - Number(b.partition);
}

function labelsOf({ topic, groupId, broker, partition }: SeriesRow): Record<string, string> {
  const all = { topic, group: groupId, broker, partition };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

interface RawRow {
  readonly seriesId: number | bigint;
  readonly atMs: number | bigint;
  readonly value: number;
}

interface RollupRow {
  readonly seriesId: number | bigint;
  readonly bucketMs: number | bigint;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number | bigint;
}

async function readPoints(
  database: Database,
  ids: readonly number[],
  { startMs, endMs }: { startMs: number; endMs: number },
  rollupSeconds: number | null,
): Promise<Map<number, StoredPoint[]>> {
  const points = new Map<number, StoredPoint[]>();
  const add = (seriesId: number | bigint, point: StoredPoint): void => {
    const line = points.get(Number(seriesId));
    if (line === undefined) points.set(Number(seriesId), [point]);
    else line.push(point);
  };
  if (ids.length === 0) return points;
  const idList = JSON.stringify(ids);
  let rawFromMs = startMs;
  if (rollupSeconds !== null) {
    rawFromMs = Math.max(startMs, (await rolledUpTo(database, rollupSeconds)) ?? startMs);
    const rows = await database.$queryRaw<RollupRow[]>`
      SELECT "seriesId", "bucketMs", "min", "max", "sum", "count" FROM "Rollup"
      WHERE "seriesId" IN (SELECT value FROM json_each(${idList})) AND "resolutionSeconds" = ${rollupSeconds}
        AND "bucketMs" >= ${BigInt(startMs)} AND "bucketMs" < ${BigInt(endMs)}
      ORDER BY "seriesId", "bucketMs"`;
    for (const { seriesId, bucketMs, min, max, sum, count } of rows) {
      add(seriesId, { atMs: Number(bucketMs), min, max, mean: sum / Math.max(1, Number(count)) });
    }
  }
  if (rawFromMs >= endMs) return points;
  const rows = await database.$queryRaw<RawRow[]>`
    SELECT "seriesId", "atMs", "value" FROM "Sample"
    WHERE "seriesId" IN (SELECT value FROM json_each(${idList}))
      AND "atMs" >= ${BigInt(rawFromMs)} AND "atMs" < ${BigInt(endMs)}
    ORDER BY "seriesId", "atMs"`;
  for (const { seriesId, atMs, value } of rows) {
    add(seriesId, { atMs: Number(atMs), min: value, max: value, mean: value });
  }
  return points;
}
