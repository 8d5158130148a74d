import { describe, expect, it } from 'vitest';
import { brokerRecord, topicRecords } from './controller-test-kit.ts';
import { partitionImage } from './image.ts';
import { type MetadataRecord, partitionChange, partitionRecord } from './metadata-record.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

const TOPIC_ID = 'MDEyMzQ1Njc4OUFCQ0RFRg';

const change = { type: 'BrokerRegistrationChangeRecord', brokerId: 3, brokerEpoch: 7 } as const;

const records: readonly MetadataRecord[] = [
  brokerRecord(3, 'rack-1', true),
  {
    ...{ type: 'RegisterBrokerRecord', brokerId: 4, incarnationId: TOPIC_ID, brokerEpoch: 8, endpoints: [] },
    ...{ rack: null, fenced: false, inControlledShutdown: true, logDirectoryIds: [] },
    features: new Map([['metadata.version', { min: 1, max: 29 }]]),
  },
  { ...brokerRecord(3), logDirectoryIds: [TOPIC_ID, 'AAAAAAAAAAAAAAAAAAAAAQ'] },
  {
    ...brokerRecord(3),
    endpoints: [
      { name: 'INSIDE', host: 'a', port: 9091, securityProtocol: 3 },
      { name: 'PLAINTEXT', host: 'b', port: 9092 },
    ],
  },
  { type: 'UnregisterBrokerRecord', brokerId: 3, brokerEpoch: 2 ** 40 },
  { ...change, brokerEpoch: 2 ** 40, fenced: -1, inControlledShutdown: 0 },
  { ...change, fenced: 1, inControlledShutdown: 0 },
  { ...change, fenced: 0, inControlledShutdown: 1 },
  { ...change, fenced: 0, inControlledShutdown: 0, logDirectoryIds: [TOPIC_ID] },
  ...topicRecords('orders', TOPIC_ID, [[1, 2, 3]]),
  partitionRecord(TOPIC_ID, {
    ...partitionImage({ partition: 7, replicas: [1, 2, 3], isr: [1], leader: 1, leaderEpoch: 4 }),
    ...{ addingReplicas: [3], removingReplicas: [2], elr: [2], lastKnownElr: [3], partitionEpoch: 9 },
  }),
  partitionRecord(TOPIC_ID, {
    ...partitionImage({ partition: 8, replicas: [1, 2] }),
    directories: [TOPIC_ID, 'AAAAAAAAAAAAAAAAAAAAAQ'],
  }),
  partitionChange(TOPIC_ID, 5, { isr: [1], leader: -1 }),
  partitionChange(TOPIC_ID, 5, { directories: [TOPIC_ID, TOPIC_ID] }),
  partitionChange(TOPIC_ID, 5, { replicas: [2, 1], addingReplicas: [], removingReplicas: [2] }),
  partitionChange(TOPIC_ID, 5, { elr: [], lastKnownElr: [3, 1] }),
  { type: 'RemoveTopicRecord', topicId: TOPIC_ID },
  { type: 'ConfigRecord', resourceType: 2, resourceName: 'orders', name: 'retention.ms', value: '1' },
  { type: 'ConfigRecord', resourceType: 4, resourceName: '', name: 'retention.ms', value: null },
  { type: 'ConfigRecord', resourceType: 32, resourceName: 'g', name: 'a', value: '1' },
  { type: 'ProducerIdsRecord', brokerId: 1, brokerEpoch: 9, nextProducerId: 5000 },
  { type: 'FeatureLevelRecord', name: 'metadata.version', featureLevel: 29 },
  { type: 'NoOpRecord' },
];

describe('metadata records', () => {
  it.each(records.map((record) => [record.type, record] as const))(
    '%s comes back as it was written',
    (_type, record) => {
      expect(decodeRecord(encodeRecord(record))).toEqual(record);
    },
  );

  it('has the framing of KIP-631: frame version 1, type 2, version 0, then the compact body', () => {
    const bytes = encodeRecord({ type: 'TopicRecord', name: 'ab', topicId: TOPIC_ID });
    expect(bytes.toString('hex')).toBe(
      `010200${'03'}6162${Buffer.from('0123456789ABCDEF').toString('hex')}00`,
    );
  });

  it('passes over types it has no use for and refuses other frames', () => {
    // ZkMigrationStateRecord (type 21), as Kafka writes it.
    expect(decodeRecord(Buffer.from('0115000000', 'hex'))).toBeNull();
    expect(() => decodeRecord(Buffer.from('02020000', 'hex'))).toThrow(/frame version/);
    expect(() => decodeRecord(encodeRecord(records[3] as MetadataRecord).subarray(0, 5))).toThrow();
  });
});
