/**
 * Keys of the browser's query cache, from the general to the particular, so that one prefix
 * (`queryKeys.cluster(id)`) makes everything of a cluster stale when its next snapshot arrives.
 */
type Query = Readonly<Record<string, unknown>>;

export const queryKeys = {
  clusters: () => ['clusters'] as const,
  /** Inside `clusters`, so that a change of one makes it stale, too. */
  clusterDetail: (clusterId: string) => ['clusters', clusterId] as const,
  cluster: (clusterId: string) => ['cluster', clusterId] as const,
  overview: (clusterId: string) => ['cluster', clusterId, 'overview'] as const,
  changes: (clusterId: string, query: Query = {}) => ['cluster', clusterId, 'changes', query] as const,
  /** A part of history: no round changes what was, so none makes it stale. */
  pastChanges: (clusterId: string, query: Query) =>
    ['cluster', clusterId, 'history', 'changes', query] as const,
  brokers: (clusterId: string, query: Query = {}) => ['cluster', clusterId, 'brokers', query] as const,
  broker: (clusterId: string, brokerId: number) => ['cluster', clusterId, 'broker', brokerId] as const,
  quorum: (clusterId: string) => ['cluster', clusterId, 'quorum'] as const,
  /** Not below `cluster`: what a form shows of a setting does not change under who types. */
  brokerConfig: (clusterId: string, brokerId: number, name: string) =>
    ['config', clusterId, 'broker', brokerId, name] as const,
  topicConfig: (clusterId: string, topic: string, name: string) =>
    ['config', clusterId, 'topic', topic, name] as const,
  topics: (clusterId: string, query: Query = {}) => ['cluster', clusterId, 'topics', query] as const,
  topic: (clusterId: string, topic: string) => ['cluster', clusterId, 'topic', topic] as const,
  /** Not below `cluster`: asked of a broker, each time somebody is about to delete. */
  topicDeletion: (clusterId: string) => ['topic-deletion', clusterId] as const,
  /** Not below `cluster`: who writes is asked of the brokers themselves, at a pace of its own. */
  topicProducers: (clusterId: string, topic: string) => ['producers', clusterId, topic] as const,
  groups: (clusterId: string, query: Query = {}) => ['cluster', clusterId, 'groups', query] as const,
  group: (clusterId: string, groupId: string) => ['cluster', clusterId, 'group', groupId] as const,
  history: (clusterId: string, query: Query) => ['cluster', clusterId, 'history', query] as const,
  cost: (clusterId: string) => ['cluster', clusterId, 'cost'] as const,
  /** Not below `cluster`: a snapshot makes nothing of it stale, and nobody looks into a topic again unasked. */
  messages: (clusterId: string, topic: string, query: Query) =>
    ['messages', clusterId, topic, query] as const,
  alertRules: (query: Query = {}) => ['alerts', 'rules', query] as const,
  channels: (query: Query = {}) => ['alerts', 'channels', query] as const,
  incidents: (query: Query = {}) => ['alerts', 'incidents', query] as const,
  incident: (id: string) => ['alerts', 'incident', id] as const,
  silences: (query: Query = {}) => ['alerts', 'silences', query] as const,
  users: (query: Query = {}) => ['users', query] as const,
  tokens: (query: Query = {}) => ['tokens', query] as const,
  sessions: (query: Query = {}) => ['sessions', query] as const,
  account: () => ['account'] as const,
  ownSessions: () => ['account', 'sessions'] as const,
  ownTokens: () => ['account', 'tokens'] as const,
  audit: (query: Query = {}) => ['audit', query] as const,
} as const;
