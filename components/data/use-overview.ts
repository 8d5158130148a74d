'use client';

/** The overview of the cluster: first from the server, then from the event stream; polled only while that is lost. */
import { useQuery } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Overview } from '../../console/contracts/overview';
import { apiGet } from './api-client';
import { useLive } from './live-provider';

export function useOverview(clusterId: string) {
  const { state } = useLive();
  return useQuery({
    queryKey: queryKeys.overview(clusterId),
    queryFn: ({ signal }) => apiGet<Overview>(apiPaths.overview(clusterId), signal),
    refetchInterval: state.connection === 'open' || state.paused ? false : 10_000,
    staleTime: 30_000,
  });
}
