'use client';

/** Consumer groups of a cluster, one of them, and what an operator does to one that nobody reads with. */
import { hashKey, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import type { List } from '../../console/contracts/envelope';
import { queryKeys } from '../../console/contracts/query-keys';
import type { Group, GroupDetail, OffsetReset, ResetOffsetsInput } from '../../console/contracts/groups';
import { apiGet, apiSend } from './api-client';
import { fetchAll } from './fetch-all';

const idOf = (group: Group): string => group.id;

export function useGroups(clusterId: string) {
  const queryKey = queryKeys.groups(clusterId);
  return useQuery({
    queryKey,
    queryFn: ({ client, signal }) => {
      const list = client.getQueryData<List<Group>>(queryKey);
      return fetchAll(apiPaths.groups(clusterId), 'id', signal, { list, keyOf: idOf });
    },
    structuralSharing: false,
  });
}

export function useGroup(clusterId: string, groupId: string) {
  return useQuery({
    queryKey: queryKeys.group(clusterId, groupId),
    queryFn: ({ signal }) => apiGet<GroupDetail>(apiPaths.group(clusterId, groupId), signal),
  });
}

/** Everything of the cluster is read again; only the group is waited for, because charts may take their time. */
export function readGroupAgain(client: QueryClient, clusterId: string, groupId: string): Promise<void> {
  const own = queryKeys.group(clusterId, groupId);
  const others = client.invalidateQueries({
    queryKey: queryKeys.cluster(clusterId),
    predicate: ({ queryKey }) => hashKey(queryKey) !== hashKey(own),
  });
  others.catch(() => undefined);
  return client.invalidateQueries({ queryKey: own, exact: true });
}

/** Says where offsets would go, or moves them when `dryRun` is false. Waits for the group alone to be read again. */
export function useResetOffsets(clusterId: string, groupId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reset: ResetOffsetsInput) =>
      apiSend<OffsetReset>('POST', apiPaths.groupOffsets(clusterId, groupId), reset),
    onSuccess: ({ dryRun }) => (dryRun ? undefined : readGroupAgain(client, clusterId, groupId)),
  });
}

/** Waits for the group alone: charts of its page may take their time. */
export function useRemoveMember(clusterId: string, groupId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (memberId: string) =>
      apiSend<undefined>('DELETE', apiPaths.groupMember(clusterId, groupId, memberId)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: queryKeys.groups(clusterId) });
      return client.invalidateQueries({ queryKey: queryKeys.group(clusterId, groupId) });
    },
  });
}

export function useDeleteGroup(clusterId: string, groupId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiSend<undefined>('DELETE', apiPaths.group(clusterId, groupId)),
    onSuccess: () => {
      client.removeQueries({ queryKey: queryKeys.group(clusterId, groupId) });
      return client.invalidateQueries({ queryKey: queryKeys.groups(clusterId) });
    },
  });
}
