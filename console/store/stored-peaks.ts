/**
 * The highest value of lines in a window, from the peaks that chunks keep. A chunk that reaches beyond the window only bounds what is
 * in it: its points are read where that could matter.
 */
import { visitJoined } from '../model/history-chunk.ts';
import { KEY_EVERY_MS } from '../model/retention.ts';
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { Database } from './database.ts';
import {
  tableOfLines,
  textOfChunks,
  visitRows,
  within,
  type BucketReading,
  type Stretch,
  type Stretches,
} from './stored-buckets.ts';

export interface PeakBound {
  /** Of what is in the window for certain; null if nothing is. */
  readonly peak: number | null;
  /** What else may be in the window is not above it; null if nothing else is there. */
  readonly upTo: number | null;
}

/** A chunk that does not say how high it is may hold any value. */
const unbounded = Prisma.raw('1.7e308');
const higher = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

/** Chunks that are in the window as a whole and say how high they are. */
const isTold = ({ isWhole }: Stretch): Prisma.Sql => Prisma.sql`(${isWhole} AND c."peak" IS NOT NULL)`;

/** What one part of the window says of a line, as two values of the line r. */
interface BoundSql {
  readonly peak: Prisma.Sql;
  readonly upTo: Prisma.Sql;
}

function boundIn(stretch: Stretch): BoundSql {
  const told = isTold(stretch);
  return {
    peak: Prisma.sql`(SELECT MAX(c."peak") FROM "Chunk" c WHERE ${stretch.isIn} AND ${told})`,
    upTo: Prisma.sql`(SELECT MAX(COALESCE(c."peak", ${unbounded})) FROM "Chunk" c WHERE ${stretch.isIn} AND NOT ${told})`,
  };
}

/** Chunks end with an hour, in whose first round each line writes its value anew: nothing is held from before. */
function boundInRows(fromMs: number, endMs: number): BoundSql {
  return {
    peak: Prisma.sql`(SELECT MAX(s."value") FROM "Sample" s
      WHERE s."seriesId" = r."id" AND s."atMs" >= ${BigInt(fromMs)} AND s."atMs" < ${BigInt(endMs)})`,
    upTo: Prisma.sql`NULL`,
  };
}

/** In one question for all parts of the window: with hundreds of lines each further one costs as much as its answer. */
export async function boundsOf(
  database: Database,
  { stretches, rowsFromMs }: Stretches,
  reading: BucketReading,
): Promise<Map<number, PeakBound>> {
  const hasRows = rowsFromMs < reading.endMs;
  const beginWithKey = rowsFromMs % KEY_EVERY_MS === 0;
  const parts = stretches.map(boundIn);
  if (hasRows && beginWithKey) parts.push(boundInRows(rowsFromMs, reading.endMs));
  const bounds = await boundsIn(database, parts, reading.ids);
  if (hasRows && !beginWithKey) {
    await visitRows(database, { ...reading, startMs: rowsFromMs }, (id, { max }) => {
      const known = bounds.get(id);
      bounds.set(id, { peak: higher(known?.peak ?? null, max), upTo: known?.upTo ?? null });
    });
  }
  return bounds;
}

async function boundsIn(
  database: Database,
  parts: readonly BoundSql[],
  ids: readonly number[],
): Promise<Map<number, PeakBound>> {
  if (parts.length === 0) return new Map();
  const columns = parts.flatMap(({ peak, upTo }, part) => [
    Prisma.sql`${peak} AS ${Prisma.raw(`"peak${String(part)}"`)}`,
    Prisma.sql`${upTo} AS ${Prisma.raw(`"upTo${String(part)}"`)}`,
  ]);
  const rows = await database.$queryRaw<Record<string, number | bigint | null>[]>`
    SELECT r."id", ${Prisma.join(columns)} FROM ${tableOfLines(database, ids)} AS r`;
  const highestOf = (row: Record<string, number | bigint | null>, name: string): number | null =>
    parts.reduce<number | null>((most, _part, part) => {
      const value = row[`${name}${String(part)}`] ?? null;
      return higher(most, value === null ? null : Number(value));
    }, null);
  return new Map(
    rows.map((row) => [Number(row['id']), { peak: highestOf(row, 'peak'), upTo: highestOf(row, 'upTo') }]),
  );
}

/** Told the values that were only bounded, as far as they are in the window: those of a line several times. */
export async function visitBounded(
  database: Database,
  { stretches }: Stretches,
  ids: readonly number[],
  visit: (id: number, value: number) => void,
): Promise<void> {
  if (ids.length === 0) return;
  const lines = tableOfLines(database, ids);
  for (const stretch of stretches) {
    const rows = await database.$queryRaw<{ id: number | bigint; chunks: string | null }[]>`
      SELECT r."id", (
        SELECT ${textOfChunks(database)} FROM "Chunk" c WHERE ${stretch.isIn} AND NOT ${isTold(stretch)}
      ) AS "chunks" FROM ${lines} AS r`;
    for (const { id, chunks } of rows)
      if (chunks !== null)
        visitJoined(
          chunks,
          within(Number(id), stretch, (line, { max }) => visit(line, max)),
        );
  }
}
