/**
 * What a cluster cannot tell us, in words, by the versions that a broker serves (KIP-35). Apache Kafka from 2.1 on answers
 * everything that lag needs; the rest came with later releases, or is not there in what only speaks Kafka's protocol. Pure.
 */
import type { BrokerVersions } from '../../kafka-client/api-call.ts';
import { ApiKey } from '../../protocol/api-keys.ts';
import type { CannotTell } from '../model/snapshot.ts';

interface Requirement extends CannotTell {
  readonly apiKey: number;
  readonly version: number;
}

const requirements: readonly Requirement[] = [
  {
    apiKey: ApiKey.Metadata,
    version: 10,
    what: 'ids of topics: a topic that was deleted and made anew is only noticed when its offsets go back',
    reason: 'Metadata 10, Apache Kafka 2.8',
  },
  {
    apiKey: ApiKey.ListGroups,
    version: 4,
    what: 'states of groups that may not be described',
    reason: 'ListGroups 4, Apache Kafka 2.6',
  },
  {
    apiKey: ApiKey.ListGroups,
    version: 5,
    what: 'types of groups: all are taken for classic ones',
    reason: 'ListGroups 5, Apache Kafka 3.8',
  },
  {
    apiKey: ApiKey.OffsetFetch,
    version: 8,
    what: 'commits of many groups at once: each group costs a request in every round',
    reason: 'OffsetFetch 8, Apache Kafka 3.0',
  },
  {
    apiKey: ApiKey.DescribeLogDirs,
    version: 0,
    what: 'sizes of partitions and log directories',
    reason: 'DescribeLogDirs, Apache Kafka 1.0',
  },
  {
    apiKey: ApiKey.ListOffsets,
    version: 2,
    what: 'open transactions',
    reason: 'ListOffsets 2, Apache Kafka 0.11',
  },
  {
    apiKey: ApiKey.DescribeConfigs,
    version: 0,
    what: 'min.insync.replicas of topics: rules on it need a number of their own',
    reason: 'DescribeConfigs, Apache Kafka 0.11',
  },
  {
    apiKey: ApiKey.DescribeQuorum,
    version: 0,
    what: 'who leads the metadata quorum: the controller is whom the metadata names',
    reason: 'DescribeQuorum, Apache Kafka 3.3 without ZooKeeper',
  },
];

export function cannotTellOf(versions: BrokerVersions): CannotTell[] {
  return requirements
    .filter(({ apiKey, version }) => (versions.get(apiKey)?.maxVersion ?? -1) < version)
    .map(({ what, reason }) => ({ what, reason: `needs ${reason}` }));
}
