'use client';

/** What changed in the cluster in the last hour; asked again after each round. */
import { useQuery } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Changes } from '../../console/contracts/changes';
import { apiGet } from './api-client';

export function useChanges(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.changes(clusterId),
    queryFn: ({ signal }) => apiGet<Changes>(apiPaths.changes(clusterId), signal),
  });
}
