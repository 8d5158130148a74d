/** What changed in a cluster lately, as this console saw it; read from memory, never asking Kafka or the database. */
import { recentChanges } from '../collector/live-clusters.ts';
import type { Changes, ChangesQuery } from '../contracts/changes.ts';
import { eachChange, foldChanges } from '../model/changes/fold-changes.ts';
import type { ConsoleContext } from './context.ts';
import { requireSnapshot } from './watched-clusters.ts';

const answeredMax = 500;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Throws 503 before the first snapshot. */
export function clusterChanges(
  context: ConsoleContext,
  clusterId: string,
  { sinceMinutes, folded }: ChangesQuery,
): Changes {
  const { asOf, stale } = requireSnapshot(context, clusterId);
  const fromMs = context.now().getTime() - sinceMinutes * 60_000;
  const seen = recentChanges(clusterId).filter(({ atMs }) => atMs >= fromMs);
  const listed = folded === 'true' ? foldChanges(seen) : eachChange(seen);
  return {
    cluster: clusterId,
    from: iso(fromMs),
    items: listed.slice(0, answeredMax).map(({ atMs, sinceMs, firstAtMs, times, change }) => ({
      at: iso(atMs),
      since: sinceMs === null ? null : iso(sinceMs),
      firstAt: iso(firstAtMs),
      times,
      change,
    })),
    total: listed.length,
    asOf,
    stale,
  };
}
