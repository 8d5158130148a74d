/**
 * Changes as they are listed: newest first, those of one round in the order of cause and effect, and the very same seen again and
 * again (a replica that leaves and returns each round) as one line that says how often.
 */
import type { ClusterChange } from '../../contracts/changes.ts';
import type { SeenChange } from './changes.ts';

/** When a broker was seen last differs each time it comes back; that it never was is something else. */
const sameAs = (change: ClusterChange): object =>
  change.kind === 'broker-back' && change.lastSeen !== null ? { ...change, lastSeen: '' } : change;

export interface FoldedChange extends SeenChange {
  readonly times: number;
  readonly firstAtMs: number;
}

const newestFirst = (a: FoldedChange, b: FoldedChange): number => b.atMs - a.atMs;

/** Each by itself. */
export const eachChange = (seen: readonly SeenChange[]): FoldedChange[] =>
  seen.map((each) => ({ ...each, times: 1, firstAtMs: each.atMs })).sort(newestFirst);

/** `seen`: in the order in which it was seen. */
export function foldChanges(seen: readonly SeenChange[]): FoldedChange[] {
  const byWhat = new Map<string, FoldedChange>();
  for (const each of seen) {
    const key = JSON.stringify(sameAs(each.change));
    const known = byWhat.get(key);
    // At the end of the map, where the newest are.
    byWhat.delete(key);
    byWhat.set(key, {
      ...each,
      times: (known?.times ?? 0) + 1,
      firstAtMs: known?.firstAtMs ?? each.atMs,
    });
  }
  return [...byWhat.values()].sort(newestFirst);
}
