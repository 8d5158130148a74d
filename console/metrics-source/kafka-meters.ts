/**
 * The meters of a Kafka broker as a whole that are read, and what Kafka calls them: an MBean type of the domain kafka.server and
 * a name. jmx_exporter's default names carry both as they are, its example rules make a name in small letters of them.
 */
import type { RequestKind } from '../contracts/brokers.ts';

export const brokerCounters = [
  'messagesIn',
  'bytesIn',
  'bytesOut',
  'bytesRejected',
  'produceRequests',
  'failedProduceRequests',
  'fetchRequests',
  'failedFetchRequests',
  'produceConversions',
  'fetchConversions',
  'replicationBytesIn',
  'replicationBytesOut',
  'isrShrinks',
  'isrExpands',
] as const;
export type BrokerCounter = (typeof brokerCounters)[number];

interface KafkaMeter {
  readonly type: 'BrokerTopicMetrics' | 'ReplicaManager';
  readonly name: string;
}

const traffic = (name: string): KafkaMeter => ({ type: 'BrokerTopicMetrics', name });
const replicas = (name: string): KafkaMeter => ({ type: 'ReplicaManager', name });

export const kafkaMeters: Readonly<Record<BrokerCounter, KafkaMeter>> = {
  messagesIn: traffic('MessagesInPerSec'),
  bytesIn: traffic('BytesInPerSec'),
  bytesOut: traffic('BytesOutPerSec'),
  bytesRejected: traffic('BytesRejectedPerSec'),
  produceRequests: traffic('TotalProduceRequestsPerSec'),
  failedProduceRequests: traffic('FailedProduceRequestsPerSec'),
  fetchRequests: traffic('TotalFetchRequestsPerSec'),
  failedFetchRequests: traffic('FailedFetchRequestsPerSec'),
  produceConversions: traffic('ProduceMessageConversionsPerSec'),
  fetchConversions: traffic('FetchMessageConversionsPerSec'),
  replicationBytesIn: traffic('ReplicationBytesInPerSec'),
  replicationBytesOut: traffic('ReplicationBytesOutPerSec'),
  isrShrinks: replicas('IsrShrinksPerSec'),
  isrExpands: replicas('IsrExpandsPerSec'),
};

/** Value of the key `request` of kafka.network:type=RequestMetrics. */
export const kafkaRequests: Readonly<Record<RequestKind, string>> = {
  produce: 'Produce',
  fetchConsumer: 'FetchConsumer',
  fetchFollower: 'FetchFollower',
};

/** Kafka's percentiles of a histogram, and the quantile label that jmx_exporter's example rules make of them. */
export const percentiles = {
  p50Ms: { attribute: '50thPercentile', quantile: '0.50' },
  p95Ms: { attribute: '95thPercentile', quantile: '0.95' },
  p99Ms: { attribute: '99thPercentile', quantile: '0.99' },
} as const;
export type Percentile = keyof typeof percentiles;
