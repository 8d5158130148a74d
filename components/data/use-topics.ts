'use client';

/** Topics of a cluster, one of them, and what an operator does to them. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { apiPaths } from '../../console/contracts/paths';
import type { List } from '../../console/contracts/envelope';
import { queryKeys } from '../../console/contracts/query-keys';
import type { ExplainedConfig } from '../../console/contracts/configs';
import type { ChangeTopicsInput, TopicChanges } from '../../console/contracts/topic-changes';
import type { TopicProducers } from '../../console/contracts/topic-producers';
import type { PurgeTopicInput, TopicPurge } from '../../console/contracts/topic-purge';
import type {
  ChangeTopic,
  CreateTopic,
  Topic,
  TopicDeletion,
  TopicDetail,
} from '../../console/contracts/topics';
import { apiGet, apiSend } from './api-client';
import { fetchAll } from './fetch-all';

const PRODUCERS_PERIOD_MS = 30_000;
const DECIDED_PERIOD_MS = 2_000;

const nameOf = (topic: Topic): string => topic.name;

export function useTopics(clusterId: string) {
  const queryKey = queryKeys.topics(clusterId);
  return useQuery({
    queryKey,
    queryFn: ({ client, signal }) => {
      const list = client.getQueryData<List<Topic>>(queryKey);
      return fetchAll(apiPaths.topics(clusterId), 'name', signal, { list, keyOf: nameOf });
    },
    structuralSharing: false,
  });
}

export function topicOptions(clusterId: string, topic: string) {
  return queryOptions({
    queryKey: queryKeys.topic(clusterId, topic),
    queryFn: ({ signal }) => apiGet<TopicDetail>(apiPaths.topic(clusterId, topic), signal),
  });
}

export function useTopic(clusterId: string, topic: string) {
  return useQuery(topicOptions(clusterId, topic));
}

/** Asked anew each time somebody opens it. */
export function useTopicConfig(clusterId: string, topic: string, name: string) {
  return useQuery({
    queryKey: queryKeys.topicConfig(clusterId, topic, name),
    queryFn: ({ signal }) => apiGet<ExplainedConfig>(apiPaths.topicConfig(clusterId, topic, name), signal),
    gcTime: 0,
  });
}

/** Asked anew each time somebody is about to delete. */
export function useTopicDeletion(clusterId: string, isAsked = true) {
  return useQuery({
    queryKey: queryKeys.topicDeletion(clusterId),
    queryFn: ({ signal }) => apiGet<TopicDeletion>(apiPaths.topicDeletion(clusterId), signal),
    enabled: isAsked,
    gcTime: 0,
  });
}

export function useCreateTopic(clusterId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (topic: Partial<CreateTopic> & { name: string }) =>
      apiSend<TopicDetail>('POST', apiPaths.topics(clusterId), topic),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.cluster(clusterId) }),
  });
}

export function useChangeTopic(clusterId: string, topic: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ChangeTopic) =>
      apiSend<TopicDetail>('PATCH', apiPaths.topic(clusterId, topic), change),
    onSuccess: async (detail) => {
      // An answer that was on its way before the change must not come after it.
      await client.cancelQueries({ queryKey: queryKeys.topic(clusterId, topic) });
      client.setQueryData(queryKeys.topic(clusterId, topic), detail);
      return client.invalidateQueries({ queryKey: queryKeys.cluster(clusterId) });
    },
  });
}

/** Told or done, as `dryRun` says. */
export function usePurgeTopic(clusterId: string, topic: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (purge: PurgeTopicInput) =>
      apiSend<TopicPurge>('POST', apiPaths.topicPurge(clusterId, topic), purge),
    onSuccess: ({ dryRun }) =>
      dryRun ? undefined : client.invalidateQueries({ queryKey: queryKeys.cluster(clusterId) }),
  });
}

/** Told or done, as `dryRun` says. A token travels in the body only, and is not kept after the answer. */
export function useChangeTopics(clusterId: string) {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (change: ChangeTopicsInput) =>
      apiSend<TopicChanges>('POST', apiPaths.topicChanges(clusterId), change),
    onSettled: (told) =>
      told?.dryRun === true ? undefined : client.invalidateQueries({ queryKey: queryKeys.topics(clusterId) }),
  });
}

const isBeingDecided = (told: TopicProducers | undefined): boolean =>
  told?.transactions.items.some(({ state }) => state !== 'Ongoing') === true;

/** The brokers themselves are asked, so seldomer than rounds come; but a transaction that is decided is over in a moment. */
export function topicProducersOptions(clusterId: string, topic: string) {
  return queryOptions({
    queryKey: queryKeys.topicProducers(clusterId, topic),
    queryFn: ({ signal }) => apiGet<TopicProducers>(apiPaths.topicProducers(clusterId, topic), signal),
    refetchInterval: ({ state }) => (isBeingDecided(state.data) ? DECIDED_PERIOD_MS : PRODUCERS_PERIOD_MS),
  });
}

export function useTopicProducers(clusterId: string, topic: string) {
  return useQuery(topicProducersOptions(clusterId, topic));
}

/** The token travels in the body only, and is not kept after the answer. */
export function useDeleteTopic(clusterId: string, topic: string) {
  const client = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: { confirm: string; token: string }) =>
      apiSend<undefined>('DELETE', apiPaths.topic(clusterId, topic), body),
    onSuccess: () => {
      client.removeQueries({ queryKey: queryKeys.topic(clusterId, topic) });
      return client.invalidateQueries({ queryKey: queryKeys.topics(clusterId) });
    },
  });
}
