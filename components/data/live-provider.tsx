'use client';

/**
 * Binds the event stream to the cache: each snapshot is the new overview, and everything else of the cluster that is on
 * the screen is asked again. While paused nothing moves, not even a window focus.
 */
import {
  createContext,
  use,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { useQueryClient, type Query } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Overview } from '../../console/contracts/overview';
import { noteSkew } from './overview-age';
import { idleState, openLiveStream, type LiveState, type LiveStream } from './live-stream';

interface Live {
  readonly state: LiveState;
  readonly setPaused: (paused: boolean) => void;
}

const LiveContext = createContext<Live>({ state: idleState, setPaused: () => undefined });

export const useLive = (): Live => use(LiveContext);

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

const noSubscription = (): (() => void) => () => undefined;

export function LiveProvider({ clusterId, children }: { clusterId: string; children: ReactNode }) {
  const client = useQueryClient();
  const [stream, setStream] = useState<LiveStream | null>(null);

  useEffect(() => {
    const opened = openLiveStream(apiPaths.stream(clusterId), (data) => {
      const overview = JSON.parse(data) as Overview;
      noteSkew(overview);
      client.setQueryData(queryKeys.overview(clusterId), overview);
      // What is still being asked is waited for: an answer that takes longer than a round would never come.
      void client.invalidateQueries(
        { predicate: (query) => isAskedAgain(query, clusterId) },
        { cancelRefetch: false },
      );
    });
    setStream(opened);
    return () => {
      opened.close();
      setStream(null);
    };
  }, [client, clusterId]);

  const state = useSyncExternalStore(
    stream?.subscribe ?? noSubscription,
    () => stream?.state() ?? idleState,
    () => idleState,
  );
  const live = useMemo<Live>(
    () => ({ state, setPaused: (paused) => stream?.setPaused(paused) }),
    [state, stream],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}
