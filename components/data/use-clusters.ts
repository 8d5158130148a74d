'use client';

/** The clusters the console watches, for the switcher, the header's state and their page; and what an administrator does to them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { List } from '../../console/contracts/envelope';
import type { Cluster, ClusterDetail, ClusterTest, NewClusterInput } from '../../console/contracts/clusters';
import { apiGet, apiSend } from './api-client';

export function useClusters() {
  return useQuery({
    queryKey: queryKeys.clusters(),
    queryFn: ({ signal }) => apiGet<List<Cluster>>(withQuery(apiPaths.clusters(), { limit: 1000 }), signal),
    // One that was just added is seen with its first round.
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'unknown') === true ? 2_000 : 30_000,
  });
}

/** With how it is connected to, for administrators. Asked when a form opens, and not kept. */
export function useClusterDetail(clusterId: string | null) {
  return useQuery({
    queryKey: queryKeys.clusterDetail(clusterId ?? ''),
    queryFn: ({ signal }) => apiGet<ClusterDetail>(apiPaths.cluster(clusterId ?? ''), signal),
    enabled: clusterId !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface ClusterToSave {
  /** Null for a new one. */
  readonly id: string | null;
  readonly cluster: NewClusterInput;
}

/** Passwords travel in the body only, and are not kept after the answer. */
export function useSaveCluster() {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ id, cluster }: ClusterToSave) =>
      id === null
        ? apiSend<ClusterDetail>('POST', apiPaths.clusters(), cluster)
        : apiSend<ClusterDetail>('PUT', apiPaths.cluster(id), cluster),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.clusters() }),
  });
}

export function useTestCluster() {
  return useMutation({
    gcTime: 0,
    mutationFn: ({ id, cluster }: ClusterToSave) =>
      apiSend<ClusterTest>('POST', apiPaths.clusterTest(), id === null ? cluster : { ...cluster, id }),
  });
}

export function useRemoveCluster() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => apiSend<undefined>('DELETE', apiPaths.cluster(id)),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: queryKeys.cluster(id) });
      return client.invalidateQueries({ queryKey: queryKeys.clusters() });
    },
  });
}
