/**
 * Reads history: which lines there are, and their points over a window in the resolution that fits.
 *
 * The points of all lines of one answer share one grid of times; a slot without a point is null.
 */
import { GridLine, planGrid, type ChartPoint } from '../model/buckets.ts';
import { boundPlan, chooseResolution, RAW_SECONDS, type RetentionPlan } from '../model/retention.ts';
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { Database } from './database.ts';
import { highestLines } from './highest-lines.ts';
import { visitStretches } from './stored-buckets.ts';

export interface HistoryRequest {
  readonly clusterId: string;
  readonly name: string;
  readonly topic?: string | undefined;
  readonly group?: string | undefined;
  /** In place of one group: several, never none. */
  readonly groups?: readonly string[] | undefined;
  readonly broker?: string | undefined;
  readonly partition?: string | undefined;
  readonly byPartition: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** Only so many lines of those that match: the highest in the window. */
  readonly top?: number | undefined;
}

export interface HistoryLine {
  /** Only labels that apply. */
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly ChartPoint[];
}

export interface HistoryAnswer {
  readonly resolutionSeconds: number;
  readonly series: readonly HistoryLine[];
  /** Lines that match, with `top` those of them that have a value in the window; at most LINES_MAX are answered. */
  readonly total: number;
}

export const LINES_MAX = 200;
/** Of so many lines at most the highest are looked for. */
const COMPARED_LINES_MAX = 5_000;
/** How many stored points one answer reads at most, about, over all its lines. */
const STORED_POINTS_MAX = 80_000;
const STORED_POINTS_PER_LINE_MAX = 4_000;
/** How many points one answer holds at most, over all its lines: of many lines each is told in fewer. */
export const SHOWN_POINTS_MAX = 60_000;
/** More stored points than so many for each one that is shown would be read for nothing: roll-ups keep the extremes. */
const STORED_POINTS_PER_SHOWN = 2.5;
const STORED_POINTS_AT_LEAST = 600;

/** Lines of all clusters. */
const everything = Prisma.sql`1 = 1`;

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
  const plan = boundPlan(frame.plan, await countSeries(database, everything), frame.rawMs);
  const { rows, total } = await linesOf(database, request, { ...frame, plan });
  const { fromMs, toMs } = request;
  const points = Math.max(
    2,
    Math.min(request.points, Math.floor(SHOWN_POINTS_MAX / Math.max(1, rows.length))),
  );
  const perLine = Math.min(
    STORED_POINTS_PER_LINE_MAX,
    STORED_POINTS_MAX / Math.max(1, rows.length),
    Math.max(STORED_POINTS_AT_LEAST, points * STORED_POINTS_PER_SHOWN),
  );
  const window = { fromMs, toMs, nowMs: frame.nowMs };
  const { rollupSeconds, resolutionMs } = chooseResolution(plan, window, frame.rawMs, perLine);
  const grid = {
    ...planGrid(fromMs, toMs, points, resolutionMs, rollupSeconds !== null),
    // By rounds: lines that are asked for one after the other and drawn together end at the same moment.
    knownToMs: Math.floor(Math.min(toMs, frame.nowMs) / frame.rawMs) * frame.rawMs,
  };
  const ids = rows.map((row) => row.id);
  const endMs = Math.min(toMs, grid.startMs + grid.slots * grid.slotMs);
  const reading = { clusterId: request.clusterId, ids, startMs: grid.startMs, endMs };
  const drawn = new Map(ids.map((id) => [id, new GridLine(grid)]));
  let [lineId, line]: [number, GridLine | undefined] = [NaN, undefined];
  await visitStretches(
    database,
    plan,
    reading,
    rollupSeconds ?? RAW_SECONDS,
    (id, bucket, unitMs, repeat) => {
      const { atMs, min, max, sum, count } = bucket;
      // Most points are of the line of the one before.
      if (id !== lineId) [lineId, line] = [id, drawn.get(id)];
      line?.add(atMs, min, max, sum / Math.max(1, count), unitMs, repeat);
    },
  );
  return {
    resolutionSeconds: grid.slotMs / 1_000,
    series: rows
      .sort(byLabels)
      .map((row) => ({ labels: labelsOf(row), points: drawn.get(row.id)?.points() ?? [] })),
    total,
  };
}

interface Lines {
  readonly rows: SeriesRow[];
  readonly total: number;
}

async function linesOf(
  database: Database,
  request: HistoryRequest,
  { plan, rawMs, nowMs }: { readonly plan: RetentionPlan; readonly rawMs: number; readonly nowMs: number },
): Promise<Lines> {
  const { clusterId, fromMs, toMs, top } = request;
  const where = seriesFilter(request);
  const most = top === undefined ? LINES_MAX : COMPARED_LINES_MAX;
  // The client's own reading of hundreds of rows takes four times as long.
  const found = await database.$queryRaw<(Omit<SeriesRow, 'id'> & { id: number | bigint })[]>`
    SELECT "id", "topic", "groupId", "broker", "partition" FROM "Series" WHERE ${where}
    ORDER BY "topic", "groupId", "broker", "partition" LIMIT ${Prisma.raw(String(most))}`;
  const rows = found.map((row) => ({ ...row, id: Number(row.id) }));
  if (top === undefined)
    return { rows, total: rows.length < most ? rows.length : await countSeries(database, where) };
  const ids = rows.map(({ id }) => id);
  const asked = { clusterId, ids, top, fromMs, toMs, nowMs, rawMs };
  const { highest, total } = await highestLines(database, plan, asked);
  const chosen = new Set(highest);
  return { rows: rows.filter(({ id }) => chosen.has(id)), total };
}

/** The client's own count goes through the rows of a subquery, thirty times as long. */
async function countSeries(database: Database, where: Prisma.Sql): Promise<number> {
  const [row] = await database.$queryRaw<{ n: number | bigint }[]>`
    SELECT COUNT(*) AS "n" FROM "Series" WHERE ${where}`;
  return Number(row?.n ?? 0);
}

/** Sums and their parts are lines of their own; without a filter on the part only the sums are meant. */
function seriesFilter(request: HistoryRequest): Prisma.Sql {
  const { clusterId, name, topic, group, groups, broker, partition, byPartition } = request;
  const where = [Prisma.sql`"cluster" = ${clusterId}`, Prisma.sql`"name" = ${name}`];
  if (group !== undefined) where.push(Prisma.sql`"groupId" = ${group}`);
  else if (groups !== undefined) where.push(Prisma.sql`"groupId" IN (${Prisma.join([...groups])})`);
  if (broker !== undefined) where.push(Prisma.sql`"broker" = ${broker}`);
  const split = byPartition || partition !== undefined;
  if (partition === undefined && split) where.push(Prisma.sql`"partition" <> ''`);
  else where.push(Prisma.sql`"partition" = ${partition ?? ''}`);
  if (topic !== undefined) where.push(Prisma.sql`"topic" = ${topic}`);
  else if (!split && name.startsWith('group.')) where.push(Prisma.sql`"topic" = ''`);
  return Prisma.join(where, ' AND ');
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
