'use client';

/** What changed in the cluster, in the last hour or as often as it did; asked again after each round. */
import { skipToken, useQuery } from '@tanstack/react-query';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Changes } from '../../console/contracts/changes';
import { apiGet } from './api-client';

export function useChanges(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.changes(clusterId),
    queryFn: ({ signal }) => apiGet<Changes>(apiPaths.changes(clusterId), signal),
  });
}

/** Each change by itself, also the very same again and again; `minutes` null asks nothing. */
export function useEachChange(clusterId: string, minutes: number | null) {
  const question = { sinceMinutes: minutes ?? 0, folded: 'false' };
  return useQuery({
    queryKey: queryKeys.changes(clusterId, question),
    queryFn:
      minutes === null
        ? skipToken
        : ({ signal }) => apiGet<Changes>(withQuery(apiPaths.changes(clusterId), question), signal),
  });
}
