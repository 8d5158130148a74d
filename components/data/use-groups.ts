'use client';

/** Consumer groups of a cluster, and one of them. */
import { useQuery } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Group, GroupDetail } from '../../console/contracts/groups';
import { apiGet } from './api-client';
import { fetchAll } from './fetch-all';

export function useGroups(clusterId: string) {
  return useQuery({
    queryKey: queryKeys.groups(clusterId),
    queryFn: ({ signal }) => fetchAll<Group>(apiPaths.groups(clusterId), 'id', signal),
  });
}

export function useGroup(clusterId: string, groupId: string) {
  return useQuery({
    queryKey: queryKeys.group(clusterId, groupId),
    queryFn: ({ signal }) => apiGet<GroupDetail>(apiPaths.group(clusterId, groupId), signal),
  });
}
