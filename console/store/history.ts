/**
 * Reads history: which lines there are, and their points over a window in the resolution that fits.
 *
 * A window is read from chunks of that resolution as far as they are made, then from those of the finer ones, and at last
 * from the rows of the current hour, so that a chart reaches up to now. The points of all lines of one answer share one grid of
 * times; a slot without a point is null.
 */
import { fillGrid, planGrid, type ChartPoint, type StoredPoint } from '../model/buckets.ts';
import { decodeChunk, valuesAtRounds, type Bucket, type Change } from '../model/history-chunk.ts';
import {
  boundPlan,
  chooseResolution,
  chunkSteps,
  KEY_EVERY_MS,
  RAW_SECONDS,
  type RetentionPlan,
} from '../model/retention.ts';
import type { Database } from './database.ts';
import { dialectOf } from './dialect/dialect.ts';
import { chunkedTo } from './history-upkeep.ts';

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
const STORED_POINTS_MAX = 80_000;
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
  const plan = boundPlan(frame.plan, lines, frame.rawMs);
  const { rollupSeconds, resolutionMs } = chooseResolution(plan, window, frame.rawMs, perLine);
  const grid = planGrid(fromMs, toMs, Math.max(2, request.points), resolutionMs, rollupSeconds !== null);
  const ids = rows.map((row) => row.id);
  const endMs = Math.min(toMs, grid.startMs + grid.slots * grid.slotMs);
  const reading = { clusterId: request.clusterId, ids, startMs: grid.startMs, endMs };
  const stored = await readPoints(database, plan, reading, rollupSeconds ?? RAW_SECONDS);
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

interface Reading {
  readonly clusterId: string;
  readonly ids: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The points of each line in the order of time. */
async function readPoints(
  database: Database,
  plan: RetentionPlan,
  reading: Reading,
  resolutionSeconds: number,
): Promise<Map<number, StoredPoint[]>> {
  const points = new Map<number, StoredPoint[]>(reading.ids.map((id) => [id, []]));
  const { ids, startMs, endMs } = reading;
  if (ids.length === 0) return points;
  const marks = await chunkedTo(database);
  const idRows = dialectOf(database).rows(
    ids.map((id) => [id]),
    { id: 'int' },
  );
  const steps = chunkSteps(plan).filter((step) => step.resolutionSeconds <= resolutionSeconds);
  let fromMs = startMs;
  for (const step of steps.reverse()) {
    const untilMs = Math.min(endMs, marks.get(step.resolutionSeconds) ?? 0);
    if (fromMs >= untilMs) continue;
    const rows = await database.$queryRaw<
      { seriesId: number | bigint; startMs: number | bigint; points: string }[]
    >`
      SELECT "seriesId", "startMs", "points" FROM "Chunk"
      WHERE "seriesId" IN (SELECT r."id" FROM ${idRows} AS r)
        AND "resolutionSeconds" = ${step.resolutionSeconds}
        AND "startMs" > ${BigInt(fromMs - step.chunkMs)} AND "startMs" < ${BigInt(untilMs)}
      ORDER BY "seriesId", "startMs"`;
    for (const row of rows) {
      const line = points.get(Number(row.seriesId));
      for (const bucket of decodeChunk(row.points, Number(row.startMs))) {
        if (bucket.atMs >= fromMs && bucket.atMs < untilMs) line?.push(storedPoint(bucket));
      }
    }
    fromMs = untilMs;
  }
  if (fromMs < endMs) await addRows(database, points, { ...reading, startMs: fromMs });
  return points;
}

/** What is not in chunks yet. A value that stays was written at the latest in the first round of its hour. */
async function addRows(
  database: Database,
  points: ReadonlyMap<number, StoredPoint[]>,
  { clusterId, ids, startMs, endMs }: Reading,
): Promise<void> {
  const idRows = dialectOf(database).rows(
    ids.map((id) => [id]),
    { id: 'int' },
  );
  const keyMs = Math.floor(startMs / KEY_EVERY_MS) * KEY_EVERY_MS;
  const [rounds, rows] = await Promise.all([
    database.round.findMany({
      where: { cluster: clusterId, atMs: { gte: BigInt(keyMs), lt: BigInt(endMs) } },
      orderBy: { atMs: 'asc' },
      select: { atMs: true, isKey: true },
    }),
    database.$queryRaw<{ seriesId: number | bigint; atMs: number | bigint; value: number | null }[]>`
      SELECT "seriesId", "atMs", "value" FROM "Sample"
      WHERE "seriesId" IN (SELECT r."id" FROM ${idRows} AS r)
        AND "atMs" >= ${BigInt(keyMs)} AND "atMs" < ${BigInt(endMs)}
      ORDER BY "seriesId", "atMs"`,
  ]);
  const marks = rounds.map(({ atMs, isKey }) => ({ atMs: Number(atMs), isKey }));
  const changes = new Map<number, Change[]>(ids.map((id) => [id, []]));
  for (const { seriesId, atMs, value } of rows)
    changes.get(Number(seriesId))?.push({ atMs: Number(atMs), value });
  for (const [id, line] of points) {
    for (const bucket of valuesAtRounds(marks, changes.get(id) ?? [])) {
      if (bucket.atMs >= startMs) line.push(storedPoint(bucket));
    }
  }
}

function storedPoint({ atMs, min, max, sum, count }: Bucket): StoredPoint {
  return { atMs, min, max, mean: sum / Math.max(1, count) };
}
