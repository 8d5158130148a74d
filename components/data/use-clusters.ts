'use client';

/** The clusters the console watches, for the switcher and the header's state. */
import { useQuery } from '@tanstack/react-query';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { List } from '../../console/contracts/envelope';
import type { Cluster } from '../../console/contracts/clusters';
import { apiGet } from './api-client';

export function useClusters() {
  return useQuery({
    queryKey: queryKeys.clusters(),
    queryFn: ({ signal }) => apiGet<List<Cluster>>(withQuery(apiPaths.clusters(), { limit: 1000 }), signal),
    refetchInterval: 30_000,
  });
}
