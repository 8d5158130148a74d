'use client';

/** Brokers of a cluster, one of them, and the change of its settings. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Broker, BrokerDetail } from '../../console/contracts/brokers';
import type { Quorum } from '../../console/contracts/quorum';
import type { ExplainedConfig } from '../../console/contracts/configs';
import { apiGet, apiSend } from './api-client';
import { fetchAll } from './fetch-all';

export function useBrokers(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.brokers(clusterId),
    queryFn: ({ signal }) => fetchAll<Broker>(apiPaths.brokers(clusterId), 'id', signal),
  });
}

export function useBroker(clusterId: string, brokerId: number) {
  return useQuery({
    queryKey: queryKeys.broker(clusterId, brokerId),
    queryFn: ({ signal }) => apiGet<BrokerDetail>(apiPaths.broker(clusterId, brokerId), signal),
  });
}

export function useQuorum(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.quorum(clusterId),
    queryFn: ({ signal }) => apiGet<Quorum>(apiPaths.quorum(clusterId), signal),
  });
}

/** Asked anew each time somebody opens it. */
export function useBrokerConfig(clusterId: string, brokerId: number, name: string) {
  return useQuery({
    queryKey: queryKeys.brokerConfig(clusterId, brokerId, name),
    queryFn: ({ signal }) =>
      apiGet<ExplainedConfig>(apiPaths.brokerConfig(clusterId, brokerId, name), signal),
    gcTime: 0,
  });
}

/** Null goes back to what holds without the setting. */
export function useChangeBroker(clusterId: string, brokerId: number) {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (configs: Readonly<Record<string, string | null>>) =>
      apiSend<BrokerDetail>('PATCH', apiPaths.broker(clusterId, brokerId), { configs }),
    onSuccess: async (broker) => {
      // An answer that was on its way before the change must not come after it.
      await client.cancelQueries({ queryKey: queryKeys.broker(clusterId, brokerId) });
      client.setQueryData(queryKeys.broker(clusterId, brokerId), broker);
    },
  });
}
