/**
 * The table of endpoints: one row each, from which the request checks, the role check and openapi.json come.
 *
 * `path` is below /api/v1, its {parts} percent-encoded. `role` null means open to everybody. `success` is the
 * status of the good answer; `answer` null means it has no body. `form` stream is text/event-stream.
 * Every endpoint that changes something has an `action` for the audit trail. A mutation's role is asked before its body is read, so that nobody learns from a 422 what a 403 hides.
 */
import { z } from 'zod';
import * as accounts from './accounts.ts';
import * as alerts from './alerts.ts';
import { brokerDetailSchema, brokerListQuerySchema, brokerListSchema } from './brokers.ts';
import { clusterListSchema } from './clusters.ts';
import { costSchema, roundCostSchema } from './collection.ts';
import type { Role } from './envelope.ts';
import { listQuerySchema } from './envelope.ts';
import { groupDetailSchema, groupListQuerySchema, groupListSchema } from './groups.ts';
import { healthSchema } from './health.ts';
import { historyQuerySchema, historySchema } from './history.ts';
import { overviewSchema } from './overview.ts';
import * as topics from './topics.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Endpoint {
  method: Method;
  path: string;
  role: Role | null;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType | null;
  success: 200 | 201 | 204;
  form?: 'json' | 'stream';
  /** What the audit trail calls it; every endpoint that changes something has one. */
  action?: string;
}

const get = <const E extends Omit<Endpoint, 'method' | 'success'>>(endpoint: E) =>
  ({ method: 'GET', success: 200, ...endpoint }) as const;
const remove = <const E extends Omit<Endpoint, 'method' | 'success' | 'answer'>>(endpoint: E) =>
  ({ method: 'DELETE', success: 204, answer: null, ...endpoint }) as const;

export const endpoints = {
  health: get({ path: '/health', role: null, summary: 'Whether pages are served', answer: healthSchema }),
  openapi: get({ path: '/openapi.json', role: null, summary: 'This description', answer: z.looseObject({}) }),

  listClusters: get({
    path: '/clusters',
    role: 'viewer',
    summary: 'The watched clusters',
    query: listQuerySchema(['id', 'name', 'status']),
    answer: clusterListSchema,
  }),
  overview: get({
    path: '/clusters/{cluster}/overview',
    role: 'viewer',
    summary: 'One cluster at a glance',
    answer: overviewSchema,
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
    summary: 'Add partitions, change settings',
    body: topics.changeTopicSchema,
    answer: topics.topicDetailSchema,
    success: 200,
  },
  deleteTopic: remove({
    action: 'topic.delete',
    path: '/clusters/{cluster}/topics/{topic}',
    role: 'operator',
    summary: 'Delete a topic with its records; needs its name once more and the topic token',
    query: topics.deleteTopicQuerySchema,
    body: topics.deleteTopicSchema,
  }),
  listGroups: get({
    path: '/clusters/{cluster}/groups',
    role: 'viewer',
    summary: 'Consumer groups',
    query: groupListQuerySchema,
    answer: groupListSchema,
  }),
  group: get({
    path: '/clusters/{cluster}/groups/{group}',
    role: 'viewer',
    summary: 'One consumer group',
    answer: groupDetailSchema,
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

  listAlertRules: get({
    path: '/alerts/rules',
    role: 'viewer',
    summary: 'Alert rules',
    query: alerts.alertRuleListQuerySchema,
    answer: alerts.alertRuleListSchema,
  }),
  createAlertRule: {
    action: 'alert-rule.create',
    method: 'POST',
    path: '/alerts/rules',
    role: 'operator',
    summary: 'Create an alert rule',
    body: alerts.alertRuleInputSchema,
    answer: alerts.alertRuleSchema,
    success: 201,
  },
  alertRule: get({
    path: '/alerts/rules/{id}',
    role: 'viewer',
    summary: 'One alert rule',
    answer: alerts.alertRuleSchema,
  }),
  replaceAlertRule: {
    action: 'alert-rule.change',
    method: 'PUT',
    path: '/alerts/rules/{id}',
    role: 'operator',
    summary: 'Replace an alert rule',
    body: alerts.alertRuleInputSchema,
    answer: alerts.alertRuleSchema,
    success: 200,
  },
  deleteAlertRule: remove({
    action: 'alert-rule.delete',
    path: '/alerts/rules/{id}',
    role: 'operator',
    summary: 'Delete an alert rule',
  }),
  listChannels: get({
    path: '/alerts/channels',
    role: 'viewer',
    summary: 'Alert channels, without their secrets',
    query: alerts.channelListQuerySchema,
    answer: alerts.channelListSchema,
  }),
  createChannel: {
    action: 'channel.create',
    method: 'POST',
    path: '/alerts/channels',
    role: 'admin',
    summary: 'Create an alert channel',
    body: alerts.channelInputSchema,
    answer: alerts.channelSchema,
    success: 201,
  },
  replaceChannel: {
    action: 'channel.change',
    method: 'PUT',
    path: '/alerts/channels/{id}',
    role: 'admin',
    summary: 'Replace an alert channel',
    body: alerts.channelInputSchema,
    answer: alerts.channelSchema,
    success: 200,
  },
  deleteChannel: remove({
    action: 'channel.delete',
    path: '/alerts/channels/{id}',
    role: 'admin',
    summary: 'Delete an alert channel',
  }),
  testChannel: {
    action: 'channel.test',
    method: 'POST',
    path: '/alerts/channels/{id}/test',
    role: 'admin',
    summary: 'Send one test message now',
    answer: alerts.channelTestSchema,
    success: 200,
  },
  listIncidents: get({
    path: '/alerts/incidents',
    role: 'viewer',
    summary: 'What fired, when, and whom it was told to',
    query: alerts.incidentListQuerySchema,
    answer: alerts.incidentListSchema,
  }),
  acknowledgeIncident: {
    action: 'incident.acknowledge',
    method: 'POST',
    path: '/alerts/incidents/{id}/acknowledge',
    role: 'operator',
    summary: 'Say that somebody looks after it; it repeats no more',
    answer: alerts.incidentSchema,
    success: 200,
  },
  listSilences: get({
    path: '/alerts/silences',
    role: 'viewer',
    summary: 'Silences',
    query: alerts.silenceListQuerySchema,
    answer: alerts.silenceListSchema,
  }),
  createSilence: {
    action: 'silence.create',
    method: 'POST',
    path: '/alerts/silences',
    role: 'operator',
    summary: 'Silence what matches until a moment',
    body: alerts.silenceInputSchema,
    answer: alerts.silenceSchema,
    success: 201,
  },
  deleteSilence: remove({
    action: 'silence.delete',
    path: '/alerts/silences/{id}',
    role: 'operator',
    summary: 'End a silence',
  }),

  listUsers: get({
    path: '/users',
    role: 'admin',
    summary: 'Users',
    query: accounts.userListQuerySchema,
    answer: accounts.userListSchema,
  }),
  createUser: {
    action: 'user.create',
    method: 'POST',
    path: '/users',
    role: 'admin',
    summary: 'Create a user',
    body: accounts.createUserSchema,
    answer: accounts.userSchema,
    success: 201,
  },
  changeUser: {
    action: 'user.change',
    method: 'PATCH',
    path: '/users/{id}',
    role: 'admin',
    summary: 'Change role, password or whether the user may sign in; ends the sessions',
    body: accounts.changeUserSchema,
    answer: accounts.userSchema,
    success: 200,
  },
  deleteUser: remove({ action: 'user.delete', path: '/users/{id}', role: 'admin', summary: 'Delete a user' }),
  listTokens: get({
    path: '/tokens',
    role: 'admin',
    summary: 'API tokens',
    query: accounts.tokenListQuerySchema,
    answer: accounts.tokenListSchema,
  }),
  createToken: {
    action: 'token.create',
    method: 'POST',
    path: '/tokens',
    role: 'admin',
    summary: 'Create an API token; it is shown this once',
    body: accounts.createTokenSchema,
    answer: accounts.createdTokenSchema,
    success: 201,
  },
  revokeToken: remove({
    action: 'token.revoke',
    path: '/tokens/{id}',
    role: 'admin',
    summary: 'Revoke an API token',
  }),
  listSessions: get({
    path: '/sessions',
    role: 'admin',
    summary: 'Open sessions',
    query: accounts.sessionListQuerySchema,
    answer: accounts.sessionListSchema,
  }),
  endSession: remove({
    action: 'session.end',
    path: '/sessions/{id}',
    role: 'admin',
    summary: 'End a session',
  }),
  listAudit: get({
    path: '/audit',
    role: 'admin',
    summary: 'Who changed what',
    query: accounts.auditListQuerySchema,
    answer: accounts.auditListSchema,
  }),
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
