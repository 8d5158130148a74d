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
import { useQueryClient } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Overview } from '../../console/contracts/overview';
import { idleState, openLiveStream, type LiveState, type LiveStream } from './live-stream';

interface Live {
  readonly state: LiveState;
  readonly setPaused: (paused: boolean) => void;
}

const LiveContext = createContext<Live>({ state: idleState, setPaused: () => undefined });

export const useLive = (): Live => use(LiveContext);

const noSubscription = (): (() => void) => () => undefined;

export function LiveProvider({ clusterId, children }: { clusterId: string; children: ReactNode }) {
  const client = useQueryClient();
  const [stream, setStream] = useState<LiveStream | null>(null);

  useEffect(() => {
    const opened = openLiveStream(apiPaths.stream(clusterId), (data) => {
      const overview = JSON.parse(data) as Overview;
      const overviewKey = queryKeys.overview(clusterId);
      client.setQueryData(overviewKey, overview);
      void client.invalidateQueries({
        predicate: ({ queryKey }) =>
          queryKey[0] === 'alerts' ||
          (queryKey[0] === 'cluster' &&
            queryKey[1] === clusterId &&
            queryKey[2] !== 'overview' &&
            queryKey[2] !== 'history'),
      });
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
