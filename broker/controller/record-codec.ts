/**
 * Metadata records to bytes and back, in Kafka's framing (frame version, type and version as unsigned varints, then
 * the compact body). Written at the lowest version that says all we have to say, so that any Kafka tool reads them;
 * records of types that we have no use for decode to null.
 */
import {
  brokerRegistrationChangeRecord,
  configRecord,
  producerIdsRecord,
  registerBrokerRecord,
} from '../../protocol/messages/records-metadata-cluster.ts';
import {
  partitionChangeRecord,
  partitionRecord,
  removeTopicRecord,
  topicRecord,
} from '../../protocol/messages/records-metadata-topics.ts';
import { readMessage } from '../../protocol/schema/codec.ts';
import { encodeMetadataRecord, openMetadataRecord } from '../../protocol/schema/versioned-data.ts';
import type { Reader } from '../../protocol/wire/reader.ts';
import type {
  BrokerRegistrationChangeRecord,
  ConfigRecord,
  MetadataRecord,
  PartitionChangeRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
} from './metadata-record.ts';

export function encodeRecord(record: MetadataRecord): Buffer {
  switch (record.type) {
    case 'RegisterBrokerRecord':
      return encodeMetadataRecord(registerBrokerRecord, 0, {
        ...record,
        brokerEpoch: BigInt(record.brokerEpoch),
        endPoints: record.endpoints.map((endpoint) => ({ ...endpoint, securityProtocol: 0 })),
      });
    case 'BrokerRegistrationChangeRecord':
      return encodeMetadataRecord(brokerRegistrationChangeRecord, 0, {
        ...record,
        brokerEpoch: BigInt(record.brokerEpoch),
      });
    case 'TopicRecord':
      return encodeMetadataRecord(topicRecord, 0, record);
    case 'PartitionRecord':
      return encodeMetadataRecord(partitionRecord, 0, record);
    case 'PartitionChangeRecord':
      return encodeMetadataRecord(partitionChangeRecord, 0, record);
    case 'RemoveTopicRecord':
      return encodeMetadataRecord(removeTopicRecord, 0, record);
    case 'ConfigRecord':
      return encodeMetadataRecord(configRecord, 0, record);
    case 'ProducerIdsRecord':
      return encodeMetadataRecord(producerIdsRecord, 0, {
        brokerId: record.brokerId,
        brokerEpoch: BigInt(record.brokerEpoch),
        nextProducerId: BigInt(record.nextProducerId),
      });
  }
}

/** By record type: how to read the body. Only what we have a use for is kept. */
const decoders: Readonly<Record<number, (version: number, reader: Reader) => MetadataRecord | null>> = {
  [registerBrokerRecord.apiKey]: decodeRegisterBroker,
  [brokerRegistrationChangeRecord.apiKey]: decodeRegistrationChange,
  [topicRecord.apiKey]: (version, reader) => ({
    type: 'TopicRecord',
    ...readMessage(topicRecord, version, reader),
  }),
  [partitionRecord.apiKey]: decodePartition,
  [partitionChangeRecord.apiKey]: decodePartitionChange,
  [removeTopicRecord.apiKey]: (version, reader) => ({
    type: 'RemoveTopicRecord',
    ...readMessage(removeTopicRecord, version, reader),
  }),
  [configRecord.apiKey]: decodeConfig,
  [producerIdsRecord.apiKey]: decodeProducerIds,
};

/** Null for record types that say nothing to this broker. Throws ProtocolError when the bytes are no record. */
export function decodeRecord(bytes: Buffer): MetadataRecord | null {
  const { type, version, reader } = openMetadataRecord(bytes);
  return decoders[type]?.(version, reader) ?? null;
}

function decodeRegisterBroker(version: number, reader: Reader): RegisterBrokerRecord {
  const body = readMessage(registerBrokerRecord, version, reader);
  const { brokerId, incarnationId, rack, fenced } = body;
  const endpoints = body.endPoints.map(({ name, host, port }) => ({ name, host, port }));
  const brokerEpoch = Number(body.brokerEpoch);
  return { type: 'RegisterBrokerRecord', brokerId, incarnationId, brokerEpoch, endpoints, rack, fenced };
}

function decodeRegistrationChange(version: number, reader: Reader): BrokerRegistrationChangeRecord {
  const body = readMessage(brokerRegistrationChangeRecord, version, reader);
  const fenced = body.fenced === 1 ? 1 : body.fenced === -1 ? -1 : 0;
  const brokerEpoch = Number(body.brokerEpoch);
  return { type: 'BrokerRegistrationChangeRecord', brokerId: body.brokerId, brokerEpoch, fenced };
}

function decodePartition(version: number, reader: Reader): PartitionRecord {
  const body = readMessage(partitionRecord, version, reader);
  const { topicId, partitionId, replicas, isr, leader, leaderEpoch, partitionEpoch } = body;
  return {
    type: 'PartitionRecord',
    topicId,
    partitionId,
    replicas,
    isr,
    leader,
    leaderEpoch,
    partitionEpoch,
  };
}

function decodePartitionChange(version: number, reader: Reader): PartitionChangeRecord {
  const { topicId, partitionId, isr, replicas, leader } = readMessage(partitionChangeRecord, version, reader);
  return { type: 'PartitionChangeRecord', topicId, partitionId, isr, replicas, leader };
}

function decodeConfig(version: number, reader: Reader): ConfigRecord | null {
  const { resourceType, resourceName, name, value } = readMessage(configRecord, version, reader);
  if (resourceType !== 2 && resourceType !== 4) return null;
  return { type: 'ConfigRecord', resourceType, resourceName, name, value };
}

function decodeProducerIds(version: number, reader: Reader): ProducerIdsRecord {
  const body = readMessage(producerIdsRecord, version, reader);
  const nextProducerId = Number(body.nextProducerId);
  return {
    type: 'ProducerIdsRecord',
    brokerId: body.brokerId,
    brokerEpoch: Number(body.brokerEpoch),
    nextProducerId,
  };
}
