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
import type { MetadataRecord } from './metadata-record.ts';

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

/** Null for record types that say nothing to this broker. Throws ProtocolError when the bytes are no record. */
export function decodeRecord(bytes: Buffer): MetadataRecord | null {
  const { type, version, reader } = openMetadataRecord(bytes);
  switch (type) {
    case registerBrokerRecord.apiKey: {
      const body = readMessage(registerBrokerRecord, version, reader);
      return {
        type: 'RegisterBrokerRecord',
        ...{
          brokerId: body.brokerId,
          incarnationId: body.incarnationId,
          brokerEpoch: Number(body.brokerEpoch),
        },
        endpoints: body.endPoints.map(({ name, host, port }) => ({ name, host, port })),
        ...{ rack: body.rack, fenced: body.fenced },
      };
    }
    case brokerRegistrationChangeRecord.apiKey: {
      const body = readMessage(brokerRegistrationChangeRecord, version, reader);
      const fenced = body.fenced === 1 ? 1 : body.fenced === -1 ? -1 : 0;
      const brokerEpoch = Number(body.brokerEpoch);
      return { type: 'BrokerRegistrationChangeRecord', brokerId: body.brokerId, brokerEpoch, fenced };
    }
    case topicRecord.apiKey:
      return { type: 'TopicRecord', ...readMessage(topicRecord, version, reader) };
    case partitionRecord.apiKey: {
      const { topicId, partitionId, replicas, isr, leader, leaderEpoch, partitionEpoch } = readMessage(
        partitionRecord,
        version,
        reader,
      );
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
    case partitionChangeRecord.apiKey: {
      const { topicId, partitionId, isr, replicas, leader } = readMessage(
        partitionChangeRecord,
        version,
        reader,
      );
      return { type: 'PartitionChangeRecord', topicId, partitionId, isr, replicas, leader };
    }
    case removeTopicRecord.apiKey:
      return { type: 'RemoveTopicRecord', ...readMessage(removeTopicRecord, version, reader) };
    case configRecord.apiKey: {
      const { resourceType, resourceName, name, value } = readMessage(configRecord, version, reader);
      if (resourceType !== 2 && resourceType !== 4) return null;
      return { type: 'ConfigRecord', resourceType, resourceName, name, value };
    }
    case producerIdsRecord.apiKey: {
      const body = readMessage(producerIdsRecord, version, reader);
      return {
        ...{ type: 'ProducerIdsRecord', brokerId: body.brokerId },
        ...{ brokerEpoch: Number(body.brokerEpoch), nextProducerId: Number(body.nextProducerId) },
      };
    }
    default:
      return null;
  }
}
