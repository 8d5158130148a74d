/** What changed in clusters, as it was seen: for a console that starts again, and for charts that reach back further than its memory. */
import { clusterChangeSchema } from '../contracts/changes.ts';
import type { SeenChange } from '../model/changes/changes.ts';
import type { Database } from './database.ts';

/** Of one cluster are read at most so many at once, the newest. */
export const CHANGES_READ_MAX = 1_000;
/** Of one cluster are kept at most so many, the newest. */
export const CHANGES_KEPT_MAX = 10_000;

const newestFirst = [{ atMs: 'desc' }, { id: 'desc' }] as const;

interface Row {
  readonly atMs: bigint;
  readonly sinceMs: bigint | null;
  readonly change: string;
}

/** None where a newer version wrote what this one does not understand. */
function seenIn({ atMs, sinceMs, change }: Row): SeenChange[] {
  const told = clusterChangeSchema.safeParse(JSON.parse(change));
  if (!told.success) return [];
  return [{ atMs: Number(atMs), sinceMs: sinceMs === null ? null : Number(sinceMs), change: told.data }];
}

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

/** Oldest first; `beforeMs` exclusive, null: up to the newest. */
export async function readChanges(
  database: Database,
  clusterId: string,
  fromMs: number,
  beforeMs: number | null = null,
): Promise<SeenChange[]> {
  const rows = await database.clusterChange.findMany({
    where: { cluster: clusterId, atMs: within(fromMs, beforeMs) },
    orderBy: [...newestFirst],
    take: CHANGES_READ_MAX,
  });
  return rows.reverse().flatMap(seenIn);
}

const within = (fromMs: number, beforeMs: number | null): { gte: bigint; lt?: bigint } => ({
  gte: BigInt(fromMs),
  ...(beforeMs === null ? {} : { lt: BigInt(beforeMs) }),
});

export function countChanges(
  database: Database,
  clusterId: string,
  fromMs: number,
  beforeMs: number | null = null,
): Promise<number> {
  return database.clusterChange.count({ where: { cluster: clusterId, atMs: within(fromMs, beforeMs) } });
}

/** Null where nothing is kept. */
export async function oldestChange(database: Database, clusterId: string): Promise<SeenChange | null> {
  const row = await database.clusterChange.findFirst({
    where: { cluster: clusterId },
    orderBy: [{ atMs: 'asc' }, { id: 'asc' }],
  });
  return row === null ? null : (seenIn(row)[0] ?? null);
}

/** Deletes what was seen before, and of each cluster what is more than is kept. Returns how many rows went. */
export async function sweepChanges(
  database: Database,
  beforeMs: number,
  keptMax = CHANGES_KEPT_MAX,
): Promise<number> {
  let { count: swept } = await database.clusterChange.deleteMany({
    where: { atMs: { lt: BigInt(beforeMs) } },
  });
  for (const { cluster, _count: kept } of await database.clusterChange.groupBy({
    by: ['cluster'],
    _count: true,
  })) {
    if (kept <= keptMax) continue;
    const [last] = await database.clusterChange.findMany({
      where: { cluster },
      orderBy: [...newestFirst],
      skip: keptMax - 1,
      take: 1,
    });
    if (last === undefined) continue;
    const { atMs, id } = last;
    const { count } = await database.clusterChange.deleteMany({
      where: { cluster, OR: [{ atMs: { lt: atMs } }, { atMs, id: { lt: id } }] },
    });
    swept += count;
  }
  return swept;
}
