'use client';

/**
 * One series over the window of a page's charts. A window that ends now moves with the rounds, but only as often as
 * one of its points is wide, so that a chart of seven days is not fetched every ten seconds.
 */
import {
  keepPreviousData,
  queryOptions,
  useQueries,
  useQuery,
  type QueryObserverResult,
} from '@tanstack/react-query';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { History, HistorySeriesName } from '../../console/contracts/history';
import { apiGet } from './api-client';
import { useLive } from './live-provider';

export interface HistoryAsk {
  readonly series: HistorySeriesName;
  readonly topic?: string;
  readonly group?: string;
  readonly broker?: string;
  readonly by?: 'partition';
  /** Only so many lines: the highest of the window. */
  readonly top?: number;
}

export interface AskedWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly moving: boolean;
  /** Names the range, so that a moving window keeps one place in the cache. */
  readonly key: string;
  /** The window as it is when the question is sent. */
  readonly current: () => { fromMs: number; toMs: number };
}

const POINTS = 240;
const ROUND_MS = 10_000;

/** What is out of view is asked again when its answer is so old: whoever prints has a page of about one moment. */
const FAR_ROUND_MS = 60_000;

/** Whose turn it is to be asked: what is in view always, what is not now and then. */
export interface AskingTurn {
  readonly isNear: boolean;
  readonly isFarTurn: boolean;
}

interface Answered {
  readonly data: unknown;
  readonly dataUpdatedAt: number;
}

/** Whether a question may be sent now. What is far waits for its turn, and then for its answer to grow old, unless the screen is held. */
export function isAsked(
  { isNear, isFarTurn }: AskingTurn,
  { data, dataUpdatedAt }: Answered,
  farAgainMs: number | null,
  nowMs: number,
): boolean {
  if (isNear || !isFarTurn) return isNear;
  return data === undefined || (farAgainMs !== null && nowMs - dataUpdatedAt >= farAgainMs);
}

/** Up to when answers can say anything: the end of what is known, or what the oldest of them was asked up to. */
export function answeredTo(histories: readonly (History | undefined)[], knownToMs: number): number {
  return Math.min(knownToMs, ...histories.flatMap((history) => history?.to ?? []));
}

const bucketMsOf = ({ fromMs, toMs }: AskedWindow): number => (toMs - fromMs) / POINTS;

function historyOptions(clusterId: string, ask: HistoryAsk, window: AskedWindow, paused: boolean) {
  return queryOptions({
    queryKey: queryKeys.history(clusterId, { ...ask, window: window.key }),
    queryFn: ({ signal }) => {
      const { fromMs, toMs } = window.current();
      return apiGet<History>(
        withQuery(apiPaths.history(clusterId), { ...ask, from: fromMs, to: toMs, points: POINTS }),
        signal,
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: window.moving && !paused ? Math.max(ROUND_MS, bucketMsOf(window)) : false,
    staleTime: window.moving ? ROUND_MS : 60_000,
  });
}

export function useHistory(clusterId: string, ask: HistoryAsk, window: AskedWindow) {
  const { state } = useLive();
  return useQuery(historyOptions(clusterId, ask, window, state.paused));
}

const inView: AskingTurn = { isNear: true, isFarTurn: false };

export interface Histories {
  /** One an ask, in their order; undefined until there is one. The same array as long as none of them changed. */
  readonly histories: readonly (History | undefined)[];
  readonly failed: boolean;
  readonly waiting: boolean;
  readonly retries: readonly (() => Promise<unknown>)[];
}

/**
 * Several answers as one. As a `combine` of the cache it runs only when an answer changed, and what it makes is kept as it was
 * wherever it is equal, so that a memo over `histories` is a memo over the answers.
 */
export const together = (answers: readonly QueryObserverResult<History>[]): Histories => ({
  histories: answers.map(({ data }) => data),
  failed: answers.some(({ isError, data }) => isError && data === undefined),
  waiting: answers.some(({ isPending }) => isPending),
  retries: answers.map(({ refetch }) => refetch),
});

export function useHistories(
  clusterId: string,
  asks: readonly HistoryAsk[],
  window: AskedWindow,
  turn: AskingTurn = inView,
): Histories {
  const { state } = useLive();
  const farAgainMs = window.moving && !state.paused ? Math.max(FAR_ROUND_MS, bucketMsOf(window)) : null;
  return useQueries({
    queries: asks.map((ask) => ({
      ...historyOptions(clusterId, ask, window, state.paused),
      enabled: ({ state: known }: { readonly state: Answered }) =>
        isAsked(turn, known, farAgainMs, Date.now()),
    })),
    combine: together,
  });
}
