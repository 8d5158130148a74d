'use client';

/** What watching the cluster costs: means over minutes, so asked for seldom. */
import { useQuery } from '@tanstack/react-query';
import type { Cost } from '../../console/contracts/collection';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import { apiGet } from './api-client';

export function useCost(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.cost(clusterId),
    queryFn: ({ signal }) => apiGet<Cost>(apiPaths.cost(clusterId), signal),
    refetchInterval: 30_000,
  });
}
