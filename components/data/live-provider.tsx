'use client';

/** Binds the event stream to the cache (`take-snapshot.ts`). While paused nothing moves, not even a window focus. */
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
import type { Overview } from '../../console/contracts/overview';
import { noteSkew } from './overview-age';
import { idleState, openLiveStream, type LiveState, type LiveStream } from './live-stream';
import { takeSnapshot } from './take-snapshot';

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
      noteSkew(overview);
      takeSnapshot(client, clusterId, overview);
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
