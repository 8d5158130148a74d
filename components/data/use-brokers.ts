'use client';

/** Brokers of a cluster, and one of them. */
import { useQuery } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Broker, BrokerDetail } from '../../console/contracts/brokers';
import { apiGet } from './api-client';
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
