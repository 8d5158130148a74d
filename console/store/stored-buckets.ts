/**
 * What is kept of some lines over a stretch of time, in one resolution: from chunks of that resolution as far as they are made,
 * then from those of the finer ones, and at last from the rows of the current hour, so that it reaches up to now.
 */
import { changesIn, visitRounds } from '../model/held-values.ts';
import { visitJoined, type Bucket, type RunVisitor } from '../model/history-chunk.ts';
import { chunkSteps, KEY_EVERY_MS, type RetentionPlan } from '../model/retention.ts';
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { Database } from './database.ts';
import { dialectOf } from './dialect/dialect.ts';
import { chunkedTo } from './history-upkeep.ts';

export interface BucketReading {
  readonly clusterId: string;
  /** Of lines. */
  readonly ids: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Told each kept point of these lines, those of one line in the order of time. Finer ones come where coarser are not made yet. Where
 * the same comes again, it is told once: `repeat` more follow, each `unitMs` later. The bucket holds until the visitor returns.
 */
export type StretchVisitor = (id: number, bucket: Bucket, unitMs: number, repeat: number) => void;
/** The same, told of each point by itself. */
export type BucketVisitor = (id: number, bucket: Bucket) => void;

export function visitBuckets(
  database: Database,
  plan: RetentionPlan,
  reading: BucketReading,
  resolutionSeconds: number,
  visit: BucketVisitor,
): Promise<void> {
  return visitStretches(database, plan, reading, resolutionSeconds, (id, bucket, unitMs, repeat) => {
    for (let turn = 0; turn <= repeat; turn++) visit(id, { ...bucket, atMs: bucket.atMs + turn * unitMs });
  });
}

export async function visitStretches(
  database: Database,
  plan: RetentionPlan,
  reading: BucketReading,
  resolutionSeconds: number,
  visit: StretchVisitor,
): Promise<void> {
  const fromMs = await visitChunks(database, plan, reading, resolutionSeconds, visit);
  if (fromMs < reading.endMs) await visitRows(database, { ...reading, startMs: fromMs }, visit);
}

/** Told what is in chunks. Returns from when on (epoch ms) the rest is in rows. */
async function visitChunks(
  database: Database,
  plan: RetentionPlan,
  reading: BucketReading,
  resolutionSeconds: number,
  visit: StretchVisitor,
): Promise<number> {
  const { joined } = dialectOf(database);
  return eachStretch(database, plan, reading, resolutionSeconds, async (stretch) => {
    // A row for each line: iterating over thousands of them takes the driver longer than all that is read out of them.
    const rows = await database.$queryRaw<{ id: number | bigint; chunks: string | null }[]>`
      SELECT r."id", (SELECT ${joined(chunkText)} FROM "Chunk" c WHERE ${stretch.chunks}) AS "chunks"
      FROM ${stretch.lines} AS r`;
    for (const { id, chunks } of rows)
      if (chunks !== null) visitJoined(chunks, within(Number(id), stretch.fromMs, stretch.untilMs, visit));
  });
}

const chunkText = Prisma.sql`'[' || c."startMs" || ',' || c."points" || ']'`;

/** What is read of the chunks of one step. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** The lines, as a table to be called r with their `id`. */
  readonly lines: Prisma.Sql;
  /** Of the line r.id: the chunks c that have something in the stretch, and those of them that have nothing besides. */
  readonly chunks: Prisma.Sql;
  readonly isWhole: Prisma.Sql;
}

/** From coarse to fine, each as far as it is made. Returns from when on (epoch ms) there are no chunks. */
async function eachStretch(
  database: Database,
  plan: RetentionPlan,
  { ids, startMs, endMs }: BucketReading,
  resolutionSeconds: number,
  read: (stretch: Stretch) => Promise<void>,
): Promise<number> {
  if (ids.length === 0) return endMs;
  const marks = await chunkedTo(database);
  const lines = dialectOf(database).rows(
    ids.map((id) => [id]),
    { id: 'int' },
  );
  const steps = chunkSteps(plan).filter((step) => step.resolutionSeconds <= resolutionSeconds);
  let fromMs = startMs;
  for (const step of steps.reverse()) {
    const madeToMs = marks.get(step.resolutionSeconds) ?? 0;
    const untilMs = Math.min(endMs, madeToMs);
    if (fromMs >= untilMs) continue;
    // The last chunk of a step may still grow: it has nothing after what is made.
    const wholeToMs = untilMs === madeToMs ? untilMs : Math.floor(untilMs / step.chunkMs) * step.chunkMs;
    await read({
      fromMs,
      untilMs,
      lines,
      chunks: Prisma.sql`c."seriesId" = r."id" AND c."resolutionSeconds" = ${step.resolutionSeconds}
        AND c."startMs" > ${BigInt(fromMs - step.chunkMs)} AND c."startMs" < ${BigInt(untilMs)}`,
      isWhole: Prisma.sql`c."startMs" >= ${BigInt(fromMs)} AND c."startMs" < ${BigInt(wholeToMs)}`,
    });
    fromMs = untilMs;
  }
  return fromMs;
}

/** The highest value of each of these lines in the window, of those that have any. */
export async function peaksOf(
  database: Database,
  plan: RetentionPlan,
  reading: BucketReading,
  resolutionSeconds: number,
): Promise<Map<number, number>> {
  const peaks = new Map<number, number>();
  const see = (id: number, max: number): void => {
    const peak = peaks.get(id);
    if (peak === undefined || max > peak) peaks.set(id, max);
  };
  const visit: StretchVisitor = (id, { max }) => see(id, max);
  const { joined } = dialectOf(database);
  const fromMs = await eachStretch(database, plan, reading, resolutionSeconds, async (stretch) => {
    const { lines, chunks, isWhole } = stretch;
    const isTold = Prisma.sql`${isWhole} AND c."peak" IS NOT NULL`;
    const rows = await database.$queryRaw<
      { id: number | bigint; peak: number | null; chunks: string | null }[]
    >`
      SELECT r."id", (SELECT MAX(c."peak") FROM "Chunk" c WHERE ${chunks} AND ${isWhole}) AS "peak",
        (SELECT ${joined(chunkText)} FROM "Chunk" c WHERE ${chunks} AND NOT (${isTold})) AS "chunks"
      FROM ${lines} AS r`;
    for (const { id, peak, chunks: text } of rows) {
      if (peak !== null) see(Number(id), peak);
      if (text !== null) visitJoined(text, within(Number(id), stretch.fromMs, stretch.untilMs, visit));
    }
  });
  // Chunks end with an hour, in whose first round each line writes its value anew: nothing is held from before.
  const isWholeHour = fromMs % KEY_EVERY_MS === 0;
  if (fromMs < reading.endMs && !isWholeHour)
    await visitRows(database, { ...reading, startMs: fromMs }, visit);
  if (fromMs >= reading.endMs || !isWholeHour) return peaks;
  const idRows = dialectOf(database).rows(
    reading.ids.map((id) => [id]),
    { id: 'int' },
  );
  const rows = await database.$queryRaw<{ id: number | bigint; peak: number | null }[]>`
    SELECT r."id", (
      SELECT MAX(s."value") FROM "Sample" s
      WHERE s."seriesId" = r."id" AND s."atMs" >= ${BigInt(fromMs)} AND s."atMs" < ${BigInt(reading.endMs)}
    ) AS "peak" FROM ${idRows} AS r`;
  for (const { id, peak } of rows) if (peak !== null) see(Number(id), peak);
  return peaks;
}

/** Tells a line's runs on, as far as they are in [fromMs, untilMs). */
function within(id: number, fromMs: number, untilMs: number, visit: StretchVisitor): RunVisitor {
  return (run, unitMs, repeat) => {
    const { atMs } = run;
    if (atMs >= fromMs && atMs + repeat * unitMs < untilMs) {
      visit(id, run, unitMs, repeat);
      return;
    }
    const unit = Math.max(1, unitMs);
    const first = atMs >= fromMs ? 0 : Math.ceil((fromMs - atMs) / unit);
    const last = Math.min(repeat, Math.ceil((untilMs - atMs) / unit) - 1);
    if (last < first) return;
    visit(id, first === 0 ? run : { ...run, atMs: atMs + first * unitMs }, unitMs, last - first);
  };
}

/** What is not in chunks yet. A value that stays was written at the latest in the first round of its hour. */
async function visitRows(
  database: Database,
  { clusterId, ids, startMs, endMs }: BucketReading,
  visit: StretchVisitor,
): Promise<void> {
  const { rows: tableOf, joined, exactText } = dialectOf(database);
  const idRows = tableOf(
    ids.map((id) => [id]),
    { id: 'int' },
  );
  const change = Prisma.sql`'[' || s."atMs" || ',' || COALESCE(${exactText('s."value"')}, 'null') || ']'`;
  const keyMs = Math.floor(startMs / KEY_EVERY_MS) * KEY_EVERY_MS;
  const [rounds, rows] = await Promise.all([
    database.round.findMany({
      where: { cluster: clusterId, atMs: { gte: BigInt(keyMs), lt: BigInt(endMs) } },
      orderBy: { atMs: 'asc' },
      select: { atMs: true, isKey: true },
    }),
    database.$queryRaw<{ id: number | bigint; changes: string | null }[]>`
      SELECT r."id", (
        SELECT ${joined(change)} FROM "Sample" s
        WHERE s."seriesId" = r."id" AND s."atMs" >= ${BigInt(keyMs)} AND s."atMs" < ${BigInt(endMs)}
      ) AS "changes" FROM ${idRows} AS r`,
  ]);
  const marks = rounds.map(({ atMs, isKey }) => ({ atMs: Number(atMs), isKey }));
  for (const { id, changes } of rows)
    if (changes !== null) visitRounds(marks, changesIn(changes), within(Number(id), startMs, endMs, visit));
}
