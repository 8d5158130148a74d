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

export async function boundsOf(
  database: Database,
  { stretches, rowsFromMs }: Stretches,
  reading: BucketReading,
): Promise<Map<number, PeakBound>> {
  const bounds = new Map<number, PeakBound>();
  const see = (id: number, { peak, upTo }: PeakBound): void => {
    const known = bounds.get(id);
    if (known === undefined) bounds.set(id, { peak, upTo });
    else bounds.set(id, { peak: higher(known.peak, peak), upTo: higher(known.upTo, upTo) });
  };
  const lines = tableOfLines(database, reading.ids);
  for (const stretch of stretches) {
    const told = isTold(stretch);
    const rows = await database.$queryRaw<
      { id: number | bigint; peak: number | null; upTo: number | null }[]
    >`
      SELECT r."id", (SELECT MAX(c."peak") FROM "Chunk" c WHERE ${stretch.isIn} AND ${told}) AS "peak",
        (SELECT MAX(COALESCE(c."peak", ${unbounded})) FROM "Chunk" c WHERE ${stretch.isIn} AND NOT ${told}) AS "upTo"
      FROM ${lines} AS r`;
    for (const { id, ...bound } of rows) see(Number(id), bound);
  }
  if (rowsFromMs >= reading.endMs) return bounds;
  if (rowsFromMs % KEY_EVERY_MS !== 0) {
    await visitRows(database, { ...reading, startMs: rowsFromMs }, (id, { max }) =>
      see(id, { peak: max, upTo: null }),
    );
    return bounds;
  }
  // Chunks end with an hour, in whose first round each line writes its value anew: nothing is held from before.
  const rows = await database.$queryRaw<{ id: number | bigint; peak: number | null }[]>`
    SELECT r."id", (
      SELECT MAX(s."value") FROM "Sample" s
      WHERE s."seriesId" = r."id" AND s."atMs" >= ${BigInt(rowsFromMs)} AND s."atMs" < ${BigInt(reading.endMs)}
    ) AS "peak" FROM ${lines} AS r`;
  for (const { id, peak } of rows) see(Number(id), { peak, upTo: null });
  return bounds;
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
