/** The rows about clusters and what is in them. */
import {
  brokerDetailSchema,
  brokerListQuerySchema,
  brokerListSchema,
  changeBrokerSchema,
} from './brokers.ts';
import { changesQuerySchema, changesSchema } from './changes.ts';
import * as clusters from './clusters.ts';
import { explainedConfigSchema } from './configs.ts';
import { costSchema, roundCostSchema } from './collection.ts';
import { get, remove, type Endpoint } from './endpoint.ts';
import { listQuerySchema } from './envelope.ts';
import * as groups from './groups.ts';
import { historyQuerySchema, historySchema } from './history.ts';
import * as messages from './messages.ts';
import { overviewSchema } from './overview.ts';
import * as topicChanges from './topic-changes.ts';
import { quorumSchema } from './quorum.ts';
import { topicProducersSchema } from './topic-producers.ts';
import { purgeTopicSchema, topicPurgeSchema } from './topic-purge.ts';
import * as topics from './topics.ts';

export const clusterEndpoints = {
  listClusters: get({
    path: '/clusters',
    role: 'viewer',
    summary: 'The watched clusters',
    query: listQuerySchema(['id', 'name', 'status']),
    answer: clusters.clusterListSchema,
  }),
  addCluster: {
    action: 'cluster.add',
    method: 'POST',
    path: '/clusters',
    role: 'admin',
    summary: 'Watch one more cluster',
    body: clusters.newClusterSchema,
    answer: clusters.clusterDetailSchema,
    success: 201,
  },
  testCluster: {
    action: 'cluster.test',
    method: 'POST',
    path: '/clusters/test',
    role: 'admin',
    summary: 'Try step by step whether a cluster can be watched; nothing is kept',
    body: clusters.clusterTestInputSchema,
    answer: clusters.clusterTestSchema,
    success: 200,
  },
  cluster: get({
    path: '/clusters/{cluster}',
    role: 'viewer',
    summary: 'One cluster; administrators see how it is connected to, without secrets',
    answer: clusters.clusterDetailSchema,
  }),
  replaceCluster: {
    action: 'cluster.change',
    method: 'PUT',
    path: '/clusters/{cluster}',
    role: 'admin',
    summary: 'Replace the settings of a cluster that was added here; `***` keeps a stored secret',
    body: clusters.changedClusterSchema,
    answer: clusters.clusterDetailSchema,
    success: 200,
  },
  removeCluster: remove({
    action: 'cluster.remove',
    path: '/clusters/{cluster}',
    role: 'admin',
    summary: 'Stop watching a cluster that was added here; its history and alert rules go, too',
  }),
  overview: get({
    path: '/clusters/{cluster}/overview',
    role: 'viewer',
    summary: 'One cluster at a glance',
    answer: overviewSchema,
  }),
  changes: get({
    path: '/clusters/{cluster}/changes',
    role: 'viewer',
    summary: 'What changed lately: leaders, replicas, brokers, topics, groups',
    query: changesQuerySchema,
    answer: changesSchema,
  }),
  listBrokers: get({
    path: '/clusters/{cluster}/brokers',
    role: 'viewer',
    summary: 'Brokers',
    query: brokerListQuerySchema,
    answer: brokerListSchema,
  }),
  broker: get({
    path: '/clusters/{cluster}/brokers/{broker}',
    role: 'viewer',
    summary: 'One broker',
    answer: brokerDetailSchema,
  }),
  quorum: get({
    path: '/clusters/{cluster}/quorum',
    role: 'viewer',
    summary: 'The metadata quorum: who leads it, and how far each node is behind',
    answer: quorumSchema,
  }),
  changeBroker: {
    action: 'broker.change',
    method: 'PATCH',
    path: '/clusters/{cluster}/brokers/{broker}',
    role: 'operator',
    summary: 'Change settings of a running broker; null goes back to what holds without it',
    body: changeBrokerSchema,
    answer: brokerDetailSchema,
    success: 200,
  },
  brokerConfig: get({
    path: '/clusters/{cluster}/brokers/{broker}/configs/{config}',
    role: 'viewer',
    summary: 'One setting of a broker: what it means, its type, and every place that sets it',
    answer: explainedConfigSchema,
  }),
  listTopics: get({
    path: '/clusters/{cluster}/topics',
    role: 'viewer',
    summary: 'Topics',
    query: topics.topicListQuerySchema,
    answer: topics.topicListSchema,
  }),
  createTopic: {
    action: 'topic.create',
    method: 'POST',
    path: '/clusters/{cluster}/topics',
    role: 'operator',
    summary: 'Create a topic',
    body: topics.createTopicSchema,
    answer: topics.topicDetailSchema,
    success: 201,
  },
  topic: get({
    path: '/clusters/{cluster}/topics/{topic}',
    role: 'viewer',
    summary: 'One topic',
    answer: topics.topicDetailSchema,
  }),
  changeTopic: {
    action: 'topic.change',
    method: 'PATCH',
    path: '/clusters/{cluster}/topics/{topic}',
    role: 'operator',
    summary:
      'Add partitions, change settings; Kafka is asked first whether it would take all of it. Null goes back to what holds without it',
    body: topics.changeTopicSchema,
    answer: topics.topicDetailSchema,
    success: 200,
  },
  topicConfig: get({
    path: '/clusters/{cluster}/topics/{topic}/configs/{config}',
    role: 'viewer',
    summary: 'One setting of a topic: what it means, its type, and every place that sets it',
    answer: explainedConfigSchema,
  }),
  deleteTopic: remove({
    action: 'topic.delete',
    path: '/clusters/{cluster}/topics/{topic}',
    role: 'operator',
    summary: 'Delete a topic with its records; needs its name once more and the topic token',
    query: topics.deleteTopicQuerySchema,
    body: topics.deleteTopicSchema,
  }),
  topicDeletion: get({
    path: '/clusters/{cluster}/topic-deletion',
    role: 'operator',
    summary:
      'Whether anything is known to stand in the way of deleting topics; for before a name and a token are typed',
    answer: topics.topicDeletionSchema,
  }),
  changeTopics: {
    action: 'topics.change',
    method: 'POST',
    path: '/clusters/{cluster}/topic-changes',
    role: 'operator',
    summary:
      'One change of many topics, with an outcome for each; only told, not done, unless dryRun is false',
    body: topicChanges.changeTopicsSchema,
    answer: topicChanges.topicChangesSchema,
    success: 200,
  },
  purgeTopic: {
    action: 'topic.purge',
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/purge',
    role: 'operator',
    summary: 'Take records out at the beginning of partitions; only told, not done, unless dryRun is false',
    body: purgeTopicSchema,
    answer: topicPurgeSchema,
    success: 200,
  },
  topicProducers: get({
    path: '/clusters/{cluster}/topics/{topic}/producers',
    role: 'viewer',
    summary:
      'Who writes to a topic just now, and open transactions on it, as the brokers tell at this moment',
    answer: topicProducersSchema,
  }),
  messages: get({
    path: '/clusters/{cluster}/topics/{topic}/messages',
    role: 'viewer',
    summary: 'Records of a topic, and which offsets were looked at for them',
    query: messages.messagesQuerySchema,
    answer: messages.messagesSchema,
  }),
  produceMessage: {
    action: 'topic.produce',
    method: 'POST',
    path: '/clusters/{cluster}/topics/{topic}/messages',
    role: 'operator',
    summary: 'Append one record',
    body: messages.produceMessageSchema,
    answer: messages.messageSchema,
    success: 201,
  },
  tailMessages: get({
    path: '/clusters/{cluster}/topics/{topic}/messages/stream',
    role: 'viewer',
    summary: 'Server-sent events: `messages` with records as they arrive',
    query: messages.tailQuerySchema,
    answer: messages.tailEventSchema,
    form: 'stream',
  }),
  listGroups: get({
    path: '/clusters/{cluster}/groups',
    role: 'viewer',
    summary: 'Consumer groups',
    query: groups.groupListQuerySchema,
    answer: groups.groupListSchema,
  }),
  group: get({
    path: '/clusters/{cluster}/groups/{group}',
    role: 'viewer',
    summary: 'One consumer group',
    answer: groups.groupDetailSchema,
  }),
  resetOffsets: {
    action: 'group.reset-offsets',
    method: 'POST',
    path: '/clusters/{cluster}/groups/{group}/offsets',
    role: 'operator',
    summary: 'Move what a group without members has committed; only told, not done, unless dryRun is false',
    body: groups.resetOffsetsSchema,
    answer: groups.offsetResetSchema,
    success: 200,
  },
  deleteGroup: remove({
    action: 'group.delete',
    path: '/clusters/{cluster}/groups/{group}',
    role: 'operator',
    summary: 'Delete a group without members, with its committed offsets',
  }),
  removeMember: remove({
    action: 'group.remove-member',
    path: '/clusters/{cluster}/groups/{group}/members/{member}',
    role: 'operator',
    summary: 'Remove a member from a group; a program that still runs joins again',
  }),
  history: get({
    path: '/clusters/{cluster}/history',
    role: 'viewer',
    summary: 'One series over a window of time',
    query: historyQuerySchema,
    answer: historySchema,
  }),
  refresh: {
    action: 'cluster.refresh',
    method: 'POST',
    path: '/clusters/{cluster}/refresh',
    role: 'operator',
    summary: 'Collect once now',
    answer: roundCostSchema,
    success: 200,
  },
  cost: get({
    path: '/clusters/{cluster}/cost',
    role: 'viewer',
    summary: 'What watching costs',
    answer: costSchema,
  }),
  stream: get({
    path: '/clusters/{cluster}/stream',
    role: 'viewer',
    summary: 'Server-sent events: `snapshot` with the overview after each round',
    answer: overviewSchema,
    form: 'stream',
  }),
} as const satisfies Record<string, Endpoint>;
