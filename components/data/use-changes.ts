'use client';

/**
 * What changed in the cluster: in the last hour, asked again after each round; or each change by itself, as often as it was seen, of the
 * last day likewise, of a longer stretch only now and then.
 */
import { skipToken, useQuery } from '@tanstack/react-query';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Changes } from '../../console/contracts/changes';
import { apiGet } from './api-client';
import { useLive } from './live-provider';

/** In a chart of days nobody sees a mark that came a minute ago. */
const PAST_EVERY_MS = 60_000;

export function useChanges(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.changes(clusterId),
    queryFn: ({ signal }) => apiGet<Changes>(apiPaths.changes(clusterId), signal),
  });
}

type Question = { readonly sinceMinutes: number } | { readonly from: number; readonly to?: number };

/** Null asks nothing. */
export function useEachChange(clusterId: string, question: Question | null) {
  const { state } = useLive();
  const asked = { ...question, folded: 'false' };
  const isPast = question !== null && 'from' in question;
  const isMoving = isPast && question.to === undefined && !state.paused;
  return useQuery({
    queryKey: isPast ? queryKeys.pastChanges(clusterId, asked) : queryKeys.changes(clusterId, asked),
    queryFn:
      question === null
        ? skipToken
        : ({ signal }) => apiGet<Changes>(withQuery(apiPaths.changes(clusterId), asked), signal),
    ...(isPast ? { staleTime: PAST_EVERY_MS } : {}),
    ...(isMoving ? { refetchInterval: PAST_EVERY_MS } : {}),
  });
}
