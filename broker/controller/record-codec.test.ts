import { describe, expect, it } from 'vitest';
import { brokerRecord, topicRecords } from './controller-test-kit.ts';
import type { MetadataRecord } from './metadata-record.ts';
import { decodeRecord, encodeRecord } from './record-codec.ts';

const TOPIC_ID = 'MDEyMzQ1Njc4OUFCQ0RFRg';

const records: readonly MetadataRecord[] = [
  brokerRecord(3, 'rack-1', true),
  { type: 'BrokerRegistrationChangeRecord', brokerId: 3, brokerEpoch: 2 ** 40, fenced: -1 },
  { type: 'BrokerRegistrationChangeRecord', brokerId: 3, brokerEpoch: 7, fenced: 1 },
  ...topicRecords('orders', TOPIC_ID, [[1, 2, 3]]),
  { type: 'PartitionChangeRecord', topicId: TOPIC_ID, partitionId: 5, isr: [1], replicas: null, leader: -1 },
  {
    type: 'PartitionChangeRecord',
    topicId: TOPIC_ID,
    partitionId: 5,
    isr: null,
    replicas: [2, 1],
    leader: -2,
  },
  { type: 'RemoveTopicRecord', topicId: TOPIC_ID },
  { type: 'ConfigRecord', resourceType: 2, resourceName: 'orders', name: 'retention.ms', value: '1' },
  { type: 'ConfigRecord', resourceType: 4, resourceName: '', name: 'retention.ms', value: null },
  { type: 'ProducerIdsRecord', brokerId: 1, brokerEpoch: 9, nextProducerId: 5000 },
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
    // NoOpRecord (type 20) and FeatureLevelRecord (12), as Kafka writes them.
    expect(decodeRecord(Buffer.from('01140000', 'hex'))).toBeNull();
    expect(() => decodeRecord(Buffer.from('02020000', 'hex'))).toThrow(/frame version/);
    expect(() => decodeRecord(encodeRecord(records[3] as MetadataRecord).subarray(0, 5))).toThrow();
  });
});
