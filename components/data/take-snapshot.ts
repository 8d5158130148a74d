/**
 * What a snapshot of the event stream does to the cache: it is the new overview, and everything else of the cluster that is on the screen
 * is asked again.
 */
import type { Query, QueryClient } from '@tanstack/react-query';
import type { Overview } from '../../console/contracts/overview';
import { queryKeys } from '../../console/contracts/query-keys';

/** Lists of more rows than this are asked again less often than each round. */
const LONG_LIST_ROWS = 2000;
const LONG_LIST_EVERY_MS = 30_000;

function isAskedAgain({ queryKey, state }: Query, clusterId: string): boolean {
  const [kind, id, what] = queryKey;
  if (kind === 'alerts') return true;
  if (kind !== 'cluster' || id !== clusterId || what === 'overview' || what === 'history') return false;
  const rows = (state.data as { items?: readonly unknown[] } | undefined)?.items?.length ?? 0;
  return rows < LONG_LIST_ROWS || Date.now() - state.dataUpdatedAt > LONG_LIST_EVERY_MS;
}

export function takeSnapshot(client: QueryClient, clusterId: string, overview: Overview): void {
  const key = queryKeys.overview(clusterId);
  const before = client.getQueryData<Overview>(key);
  // The stream begins with the round that the page came with. What is equal the cache leaves as it is.
  if (client.setQueryData(key, overview) === before) return;
  // What is still being asked is waited for: an answer that takes longer than a round would never come.
  void client.invalidateQueries(
    { predicate: (query) => isAskedAgain(query, clusterId) },
    { cancelRefetch: false },
  );
}
