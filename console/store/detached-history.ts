/**
 * History of clusters that are watched no more. Their lines are first cut off, which takes one short statement however
 * much there is and lets a cluster of the same id begin anew; the points are deleted afterwards in small pieces, because
 * the driver answers synchronously and pages are served in between.
 */
import type { Database, Transaction } from './database.ts';

/** What stands in place of the cluster on lines that nobody reads any more. */
const NOBODY = '';
const LINES_PER_PIECE = 5;

/** From now on the cluster has no history. */
export async function detachHistory(inside: Transaction, clusterId: string): Promise<void> {
  await inside.$executeRaw`
    UPDATE "Series" SET "key" = 'detached ' || "id", "cluster" = ${NOBODY} WHERE "cluster" = ${clusterId}`;
  await inside.round.deleteMany({ where: { cluster: clusterId } });
}

/** Deletes a piece of what was detached. Returns whether there was something. */
export async function sweepDetached(database: Database): Promise<boolean> {
  const lines = await database.series.findMany({
    where: { cluster: NOBODY },
    select: { id: true },
    take: LINES_PER_PIECE,
  });
  if (lines.length === 0) return false;
  const ids = lines.map(({ id }) => id);
  await database.sample.deleteMany({ where: { seriesId: { in: ids } } });
  await database.chunk.deleteMany({ where: { seriesId: { in: ids } } });
  await database.series.deleteMany({ where: { id: { in: ids } } });
  return true;
}
