/**
 * What the configuration says to the controller: defaults of new topics, and how the internal ones are made
 * (Kafka's GroupCoordinatorConfig and TransactionLogConfig). Read anew for each command, because keys can change.
 */
import type { BrokerConfig } from './broker-config.ts';
import type { ControllerPolicy, InternalTopicSettings } from '../controller/command.ts';

export const CONSUMER_OFFSETS_TOPIC = '__consumer_offsets';

export function controllerPolicy(config: BrokerConfig): ControllerPolicy {
  const { values } = config;
  const consumerOffsets: InternalTopicSettings = {
    partitions: values['offsets.topic.num.partitions'],
    replicationFactor: values['offsets.topic.replication.factor'],
    configs: new Map([
      ['cleanup.policy', 'compact'],
      ['compression.type', 'producer'],
      ['segment.bytes', String(values['offsets.topic.segment.bytes'])],
    ]),
  };
  return {
    defaultPartitions: values['num.partitions'],
    defaultReplicationFactor: values['default.replication.factor'],
    autoCreateTopicsEnable: values['auto.create.topics.enable'],
    deleteTopicEnable: values['delete.topic.enable'],
    internalTopics: new Map([[CONSUMER_OFFSETS_TOPIC, consumerOffsets]]),
  };
}
