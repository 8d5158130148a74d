/** What changed in clusters, as it was seen, so that a console that starts again still knows the last hours. */
import { clusterChangeSchema } from '../contracts/changes.ts';
import type { SeenChange } from '../model/changes/changes.ts';
import type { Database } from './database.ts';

/** Of one cluster are read at most so many, the newest. */
export const CHANGES_MAX = 1_000;

export async function writeChanges(
  database: Database,
  clusterId: string,
  changes: readonly SeenChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await database.clusterChange.createMany({
    data: changes.map(({ atMs, sinceMs, change }) => ({
      cluster: clusterId,
      atMs: BigInt(atMs),
      sinceMs: sinceMs === null ? null : BigInt(sinceMs),
      change: JSON.stringify(change),
    })),
  });
}

/** In the order in which they were seen. What a newer version wrote and this one does not understand is left out. */
export async function readChanges(
  database: Database,
  clusterId: string,
  fromMs: number,
): Promise<SeenChange[]> {
  const rows = await database.clusterChange.findMany({
    where: { cluster: clusterId, atMs: { gte: BigInt(fromMs) } },
    orderBy: { id: 'desc' },
    take: CHANGES_MAX,
  });
  return rows.reverse().flatMap(({ atMs, sinceMs, change }) => {
    const told = clusterChangeSchema.safeParse(JSON.parse(change));
    if (!told.success) return [];
    return [{ atMs: Number(atMs), sinceMs: sinceMs === null ? null : Number(sinceMs), change: told.data }];
  });
}

/** Deletes what was seen before. Returns how many rows went. */
export async function sweepChanges(database: Database, beforeMs: number): Promise<number> {
  const { count } = await database.clusterChange.deleteMany({ where: { atMs: { lt: BigInt(beforeMs) } } });
  return count;
}
