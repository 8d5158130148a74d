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
  if (reading.ids.length === 0) return;
  const { stretches, rowsFromMs } = await stretchesOf(database, plan, reading, resolutionSeconds);
  for (const stretch of stretches) {
    // A row for each line: iterating over thousands of them takes the driver longer than all that is read out of them.
    const rows = await database.$queryRaw<{ id: number | bigint; chunks: string | null }[]>`
      SELECT r."id", (SELECT ${textOfChunks(database)} FROM "Chunk" c WHERE ${stretch.isIn}) AS "chunks"
      FROM ${tableOfLines(database, reading.ids)} AS r`;
    for (const { id, chunks } of rows)
      if (chunks !== null) visitJoined(chunks, within(Number(id), stretch, visit));
  }
  if (rowsFromMs < reading.endMs) await visitRows(database, { ...reading, startMs: rowsFromMs }, visit);
}

/** These lines as a table with their `id`, to be called r. */
export function tableOfLines(database: Database, ids: readonly number[]): Prisma.Sql {
  return dialectOf(database).rows(
    ids.map((id) => [id]),
    { id: 'int' },
  );
}

/** Of the chunks c, all in one text, for `visitJoined`. */
export const textOfChunks = (database: Database): Prisma.Sql =>
  dialectOf(database).joined(Prisma.sql`'[' || c."startMs" || ',' || c."points" || ']'`);

/** What is read of the chunks of one step. Milliseconds of the epoch; `untilMs` is not in it. */
export interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Of the line r.id: the chunks c that have something in the stretch, and those of them that have nothing besides. */
  readonly isIn: Prisma.Sql;
  readonly isWhole: Prisma.Sql;
}

export interface Stretches {
  /** From coarse to fine, each as far as it is made. */
  readonly stretches: readonly Stretch[];
  /** From when on (epoch ms) there are no chunks. */
  readonly rowsFromMs: number;
}

export async function stretchesOf(
  database: Database,
  plan: RetentionPlan,
  { startMs, endMs }: Pick<BucketReading, 'startMs' | 'endMs'>,
  resolutionSeconds: number,
): Promise<Stretches> {
  const marks = await chunkedTo(database);
  const steps = chunkSteps(plan).filter((step) => step.resolutionSeconds <= resolutionSeconds);
  const stretches: Stretch[] = [];
  let fromMs = startMs;
  for (const step of steps.reverse()) {
    const madeToMs = marks.get(step.resolutionSeconds) ?? 0;
    const untilMs = Math.min(endMs, madeToMs);
    if (fromMs >= untilMs) continue;
    // The last chunk of a step may still grow: it has nothing after what is made.
    const wholeToMs = untilMs === madeToMs ? untilMs : Math.floor(untilMs / step.chunkMs) * step.chunkMs;
    stretches.push({
      fromMs,
      untilMs,
      isIn: Prisma.sql`c."seriesId" = r."id" AND c."resolutionSeconds" = ${step.resolutionSeconds}
        AND c."startMs" > ${BigInt(fromMs - step.chunkMs)} AND c."startMs" < ${BigInt(untilMs)}`,
      isWhole: Prisma.sql`c."startMs" >= ${BigInt(fromMs)} AND c."startMs" < ${BigInt(wholeToMs)}`,
    });
    fromMs = untilMs;
  }
  return { stretches, rowsFromMs: fromMs };
}

/** Tells a line's runs on, as far as they are in [fromMs, untilMs). */
export function within(
  id: number,
  { fromMs, untilMs }: Pick<Stretch, 'fromMs' | 'untilMs'>,
  visit: StretchVisitor,
): RunVisitor {
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
export async function visitRows(
  database: Database,
  { clusterId, ids, startMs, endMs }: BucketReading,
  visit: StretchVisitor,
): Promise<void> {
  const { joined, exactText } = dialectOf(database);
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
      ) AS "changes" FROM ${tableOfLines(database, ids)} AS r`,
  ]);
  const marks = rounds.map(({ atMs, isKey }) => ({ atMs: Number(atMs), isKey }));
  for (const { id, changes } of rows)
    if (changes !== null)
      visitRounds(marks, changesIn(changes), within(Number(id), { fromMs: startMs, untilMs: endMs }, visit));
}
