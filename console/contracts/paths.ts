/**
 * Every URL of the console, built in one place: the API's (below /api/v1) and the pages'.
 *
 * Names of topics and groups may hold any character that Kafka lets through, so each part is percent-encoded.
 */
const part = encodeURIComponent;

type QueryValue = string | number | boolean | null | undefined;

/** Adds the parameters that have a value. */
export function withQuery(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

const root = '/api/v1';
const cluster = (clusterId: string) => `${root}/clusters/${part(clusterId)}`;

export const apiPaths = {
  health: () => `${root}/health`,
  openapi: () => `${root}/openapi.json`,
  clusters: () => `${root}/clusters`,
  cluster: (clusterId: string) => cluster(clusterId),
  clusterTest: () => `${root}/clusters/test`,
  overview: (clusterId: string) => `${cluster(clusterId)}/overview`,
  changes: (clusterId: string) => `${cluster(clusterId)}/changes`,
  brokers: (clusterId: string) => `${cluster(clusterId)}/brokers`,
  broker: (clusterId: string, brokerId: number) => `${cluster(clusterId)}/brokers/${brokerId}`,
  brokerConfig: (clusterId: string, brokerId: number, name: string) =>
    `${cluster(clusterId)}/brokers/${brokerId}/configs/${part(name)}`,
  quorum: (clusterId: string) => `${cluster(clusterId)}/quorum`,
  topics: (clusterId: string) => `${cluster(clusterId)}/topics`,
  topic: (clusterId: string, topic: string) => `${cluster(clusterId)}/topics/${part(topic)}`,
  topicConfig: (clusterId: string, topic: string, name: string) =>
    `${cluster(clusterId)}/topics/${part(topic)}/configs/${part(name)}`,
  topicPurge: (clusterId: string, topic: string) => `${cluster(clusterId)}/topics/${part(topic)}/purge`,
  topicProducers: (clusterId: string, topic: string) =>
    `${cluster(clusterId)}/topics/${part(topic)}/producers`,
  topicDeletion: (clusterId: string) => `${cluster(clusterId)}/topic-deletion`,
  topicChanges: (clusterId: string) => `${cluster(clusterId)}/topic-changes`,
  messages: (clusterId: string, topic: string) => `${cluster(clusterId)}/topics/${part(topic)}/messages`,
  messagesStream: (clusterId: string, topic: string) =>
    `${cluster(clusterId)}/topics/${part(topic)}/messages/stream`,
  groups: (clusterId: string) => `${cluster(clusterId)}/groups`,
  group: (clusterId: string, groupId: string) => `${cluster(clusterId)}/groups/${part(groupId)}`,
  groupOffsets: (clusterId: string, groupId: string) =>
    `${cluster(clusterId)}/groups/${part(groupId)}/offsets`,
  groupMember: (clusterId: string, groupId: string, memberId: string) =>
    `${cluster(clusterId)}/groups/${part(groupId)}/members/${part(memberId)}`,
  history: (clusterId: string) => `${cluster(clusterId)}/history`,
  refresh: (clusterId: string) => `${cluster(clusterId)}/refresh`,
  cost: (clusterId: string) => `${cluster(clusterId)}/cost`,
  stream: (clusterId: string) => `${cluster(clusterId)}/stream`,
  alertRules: () => `${root}/alerts/rules`,
  alertRule: (id: string) => `${root}/alerts/rules/${part(id)}`,
  channels: () => `${root}/alerts/channels`,
  channel: (id: string) => `${root}/alerts/channels/${part(id)}`,
  channelTest: (id: string) => `${root}/alerts/channels/${part(id)}/test`,
  incidents: () => `${root}/alerts/incidents`,
  incident: (id: string) => `${root}/alerts/incidents/${part(id)}`,
  acknowledgeIncident: (id: string) => `${root}/alerts/incidents/${part(id)}/acknowledge`,
  silences: () => `${root}/alerts/silences`,
  silence: (id: string) => `${root}/alerts/silences/${part(id)}`,
  users: () => `${root}/users`,
  user: (id: string) => `${root}/users/${part(id)}`,
  tokens: () => `${root}/tokens`,
  token: (id: string) => `${root}/tokens/${part(id)}`,
  sessions: () => `${root}/sessions`,
  session: (id: string) => `${root}/sessions/${part(id)}`,
  audit: () => `${root}/audit`,
  auditExport: () => `${root}/audit/export`,
  account: () => `${root}/account`,
  ownPassword: () => `${root}/account/password`,
  ownSessions: () => `${root}/account/sessions`,
  ownSession: (id: string) => `${root}/account/sessions/${part(id)}`,
  ownTokens: () => `${root}/account/tokens`,
  ownToken: (id: string) => `${root}/account/tokens/${part(id)}`,
} as const;

/** `clusterId` null means the default cluster, whose pages have the short addresses. */
const inCluster = (clusterId: string | null, path: string) =>
  clusterId === null ? path : `/c/${part(clusterId)}${path === '/' ? '' : path}`;

export const pagePaths = {
  login: (callbackUrl?: string, error?: string) => withQuery('/login', { callbackUrl, error }),
  overview: (clusterId: string | null = null) => inCluster(clusterId, '/'),
  brokers: (clusterId: string | null = null) => inCluster(clusterId, '/brokers'),
  broker: (brokerId: number, clusterId: string | null = null) => inCluster(clusterId, `/brokers/${brokerId}`),
  topics: (clusterId: string | null = null) => inCluster(clusterId, '/topics'),
  topic: (topic: string, clusterId: string | null = null) => inCluster(clusterId, `/topics/${part(topic)}`),
  topicMessages: (topic: string, clusterId: string | null = null) =>
    inCluster(clusterId, `/topics/${part(topic)}/messages`),
  groups: (clusterId: string | null = null) => inCluster(clusterId, '/groups'),
  group: (groupId: string, clusterId: string | null = null) =>
    inCluster(clusterId, `/groups/${part(groupId)}`),
  messages: (clusterId: string | null = null) => inCluster(clusterId, '/messages'),
  metricsCharts: (clusterId: string | null = null) => inCluster(clusterId, '/metrics-charts'),
  wall: (clusterId: string | null = null) => inCluster(clusterId, '/wall'),
  alerts: () => '/alerts',
  incident: (id: string) => withQuery('/alerts', { incident: id }),
  clusters: () => '/clusters',
  users: () => '/users',
  audit: () => '/audit',
  account: () => '/account',
  settings: () => '/settings',
} as const;
