/**
 * Metadata records to bytes and back, in Kafka's framing (frame version, type and version as unsigned varints, then
 * the compact body). Written at the lowest version that says all we have to say, so that any Kafka tool reads them;
 * records of types that we have no use for decode to null.
 */
import {
  accessControlEntryRecord,
  removeAccessControlEntryRecord,
  clientQuotaRecord,
  removeUserScramCredentialRecord,
  userScramCredentialRecord,
} from '../../protocol/messages/records-metadata-access.ts';
import {
  brokerRegistrationChangeRecord,
  configRecord,
  featureLevelRecord,
  noOpRecord,
  producerIdsRecord,
  registerBrokerRecord,
  unregisterBrokerRecord,
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
import { isConfigResourceType } from './image.ts';
import type {
  BrokerRegistrationChangeRecord,
  ConfigRecord,
  MetadataRecord,
  PartitionChangeRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
} from './metadata-record.ts';

/** Of PartitionRecord and PartitionChangeRecord (KIP-858, KIP-966). */
const VERSION_WITH_DIRECTORIES = 1;
const VERSION_WITH_ELR = 2;

export function encodeRecord(record: MetadataRecord): Buffer {
  switch (record.type) {
    case 'RegisterBrokerRecord':
      return encodeRegisterBroker(record);
    case 'UnregisterBrokerRecord':
      return encodeMetadataRecord(unregisterBrokerRecord, 0, {
        brokerId: record.brokerId,
        brokerEpoch: BigInt(record.brokerEpoch),
      });
    case 'BrokerRegistrationChangeRecord':
      return encodeRegistrationChange(record);
    case 'TopicRecord':
      return encodeMetadataRecord(topicRecord, 0, record);
    case 'PartitionRecord':
      return encodePartition(record);
    case 'PartitionChangeRecord':
      return encodePartitionChange(record);
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
    case 'FeatureLevelRecord':
      return encodeMetadataRecord(featureLevelRecord, 0, record);
    case 'UserScramCredentialRecord':
      return encodeMetadataRecord(userScramCredentialRecord, 0, record);
    case 'RemoveUserScramCredentialRecord':
      return encodeMetadataRecord(removeUserScramCredentialRecord, 0, record);
    case 'AccessControlEntryRecord':
      return encodeMetadataRecord(accessControlEntryRecord, 0, record);
    case 'RemoveAccessControlEntryRecord':
      return encodeMetadataRecord(removeAccessControlEntryRecord, 0, record);
    case 'ClientQuotaRecord':
      return encodeMetadataRecord(clientQuotaRecord, 0, record);
    case 'NoOpRecord':
      return encodeMetadataRecord(noOpRecord, 0, {});
  }
}

function encodeRegisterBroker(record: RegisterBrokerRecord): Buffer {
  const version = record.logDirectoryIds.length > 0 ? 3 : record.inControlledShutdown ? 1 : 0;
  return encodeMetadataRecord(registerBrokerRecord, version, {
    ...record,
    brokerEpoch: BigInt(record.brokerEpoch),
    endPoints: [...record.endpoints],
    features: [...record.features].map(([name, { min, max }]) => {
      return { name, minSupportedVersion: min, maxSupportedVersion: max };
    }),
    logDirs: [...record.logDirectoryIds],
  });
}

function encodeRegistrationChange(record: BrokerRegistrationChangeRecord): Buffer {
  const { inControlledShutdown, logDirectoryIds } = record;
  const logDirs = logDirectoryIds ?? [];
  const version = logDirs.length > 0 ? 2 : inControlledShutdown === 0 ? 0 : 1;
  return encodeMetadataRecord(brokerRegistrationChangeRecord, version, {
    ...record,
    ...{ brokerEpoch: BigInt(record.brokerEpoch), logDirs },
  });
}

function encodePartition(record: PartitionRecord): Buffer {
  const hasElr = record.elr.length > 0 || record.lastKnownElr.length > 0;
  return encodeMetadataRecord(partitionRecord, versionOf(hasElr, record.directories.length > 0), {
    ...record,
    eligibleLeaderReplicas: record.elr.length > 0 ? record.elr : null,
    lastKnownElr: record.lastKnownElr.length > 0 ? record.lastKnownElr : null,
  });
}

function encodePartitionChange(record: PartitionChangeRecord): Buffer {
  const hasElr = record.elr !== null || record.lastKnownElr !== null;
  return encodeMetadataRecord(partitionChangeRecord, versionOf(hasElr, record.directories !== null), {
    ...record,
    eligibleLeaderReplicas: record.elr,
  });
}

function versionOf(hasElr: boolean, hasDirectories: boolean): number {
  return hasElr ? VERSION_WITH_ELR : hasDirectories ? VERSION_WITH_DIRECTORIES : 0;
}

/** By record type: how to read the body. Only what we have a use for is kept. */
const decoders: Readonly<Record<number, (version: number, reader: Reader) => MetadataRecord | null>> = {
  [registerBrokerRecord.apiKey]: decodeRegisterBroker,
  [unregisterBrokerRecord.apiKey]: decodeUnregisterBroker,
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
  [featureLevelRecord.apiKey]: (version, reader) => ({
    type: 'FeatureLevelRecord',
    ...readMessage(featureLevelRecord, version, reader),
  }),
  [userScramCredentialRecord.apiKey]: (version, reader) => ({
    type: 'UserScramCredentialRecord',
    ...readMessage(userScramCredentialRecord, version, reader),
  }),
  [removeUserScramCredentialRecord.apiKey]: (version, reader) => ({
    type: 'RemoveUserScramCredentialRecord',
    ...readMessage(removeUserScramCredentialRecord, version, reader),
  }),
  [accessControlEntryRecord.apiKey]: (version, reader) => ({
    type: 'AccessControlEntryRecord',
    ...readMessage(accessControlEntryRecord, version, reader),
  }),
  [removeAccessControlEntryRecord.apiKey]: (version, reader) => ({
    type: 'RemoveAccessControlEntryRecord',
    ...readMessage(removeAccessControlEntryRecord, version, reader),
  }),
  [clientQuotaRecord.apiKey]: (version, reader) => ({
    type: 'ClientQuotaRecord',
    ...readMessage(clientQuotaRecord, version, reader),
  }),
  [noOpRecord.apiKey]: () => ({ type: 'NoOpRecord' }),
};

/** Null for record types that say nothing to this broker. Throws ProtocolError when the bytes are no record. */
export function decodeRecord(bytes: Buffer): MetadataRecord | null {
  const { type, version, reader } = openMetadataRecord(bytes);
  return decoders[type]?.(version, reader) ?? null;
}

function decodeRegisterBroker(version: number, reader: Reader): RegisterBrokerRecord {
  const body = readMessage(registerBrokerRecord, version, reader);
  const { brokerId, incarnationId, rack, fenced, inControlledShutdown, logDirs: logDirectoryIds } = body;
  const endpoints = body.endPoints.map(({ name, host, port, securityProtocol }) => {
    return { name, host, port, ...(securityProtocol !== 0 && { securityProtocol }) };
  });
  const brokerEpoch = Number(body.brokerEpoch);
  const features = new Map(
    body.features.map(({ name, minSupportedVersion: min, maxSupportedVersion: max }) => [name, { min, max }]),
  );
  return {
    ...{ type: 'RegisterBrokerRecord', brokerId, incarnationId, brokerEpoch, endpoints, rack, fenced },
    ...{ inControlledShutdown, logDirectoryIds, features },
  };
}

function decodeUnregisterBroker(version: number, reader: Reader): UnregisterBrokerRecord {
  const { brokerId, brokerEpoch } = readMessage(unregisterBrokerRecord, version, reader);
  return { type: 'UnregisterBrokerRecord', brokerId, brokerEpoch: Number(brokerEpoch) };
}

function decodeRegistrationChange(version: number, reader: Reader): BrokerRegistrationChangeRecord {
  const body = readMessage(brokerRegistrationChangeRecord, version, reader);
  const fenced = body.fenced === 1 ? 1 : body.fenced === -1 ? -1 : 0;
  const brokerEpoch = Number(body.brokerEpoch);
  const inControlledShutdown = body.inControlledShutdown === 1 ? 1 : 0;
  const { brokerId, logDirs } = body;
  return {
    ...{ type: 'BrokerRegistrationChangeRecord', brokerId, brokerEpoch, fenced, inControlledShutdown },
    ...(logDirs.length > 0 && { logDirectoryIds: logDirs }),
  };
}

function decodePartition(version: number, reader: Reader): PartitionRecord {
  const body = readMessage(partitionRecord, version, reader);
  const { topicId, partitionId, replicas, isr, addingReplicas, removingReplicas } = body;
  const { leader, leaderEpoch, partitionEpoch, directories } = body;
  const [elr, lastKnownElr] = [body.eligibleLeaderReplicas ?? [], body.lastKnownElr ?? []];
  return {
    ...{ type: 'PartitionRecord', topicId, partitionId, replicas, isr, addingReplicas, removingReplicas },
    ...{ elr, lastKnownElr, leader, leaderEpoch, partitionEpoch, directories },
  };
}

function decodePartitionChange(version: number, reader: Reader): PartitionChangeRecord {
  const body = readMessage(partitionChangeRecord, version, reader);
  const { topicId, partitionId, isr, replicas, addingReplicas, removingReplicas } = body;
  const { eligibleLeaderReplicas: elr, lastKnownElr, leader, directories } = body;
  return {
    ...{ type: 'PartitionChangeRecord', topicId, partitionId, isr, replicas, addingReplicas },
    ...{ removingReplicas, elr, lastKnownElr, leader, directories },
  };
}

function decodeConfig(version: number, reader: Reader): ConfigRecord | null {
  const { resourceType, resourceName, name, value } = readMessage(configRecord, version, reader);
  if (!isConfigResourceType(resourceType)) return null;
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
