import { describe, expect, it } from 'vitest';
import { decodeGroupRecord, encodeGroupRecord, type GroupRecord } from '../group-record.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';

const groupId = 'g';
const memberId = 'm';
const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ';

const rows: [string, ConsumerGroupRecord][] = [
  [
    'an epoch',
    { kind: 'consumer-group', groupId, value: { epoch: 7, metadataHash: 9_007_199_254_740_991n } },
  ],
  [
    'a subscription',
    {
      ...{ kind: 'consumer-member', groupId, memberId },
      value: {
        ...{ instanceId: 'i', rackId: null, clientId: 'c', clientHost: '/127.0.0.1' },
        ...{ subscribedTopicNames: ['t', 'u'], subscribedTopicRegex: 't.*' },
        ...{ rebalanceTimeoutMs: 300_000, serverAssignor: 'range', classic: null },
      },
    },
  ],
  [
    'a subscription of a classic member',
    {
      ...{ kind: 'consumer-member', groupId, memberId },
      value: {
        ...{ instanceId: null, rackId: 'r', clientId: 'c', clientHost: '/127.0.0.1' },
        ...{ subscribedTopicNames: ['t'], subscribedTopicRegex: '' },
        ...{ rebalanceTimeoutMs: 60_000, serverAssignor: null },
        classic: { sessionTimeoutMs: 10_000, protocols: [{ name: 'range', metadata: Buffer.from('x') }] },
      },
    },
  ],
  [
    'a target epoch',
    {
      ...{ kind: 'consumer-target', groupId },
      value: { assignmentEpoch: 7, assignmentTimestampMs: 1_700_000_000_000 },
    },
  ],
  [
    'a target',
    { kind: 'consumer-target-member', groupId, memberId, value: new Map([[topicId, new Set([0, 2])]]) },
  ],
  [
    'an assignment',
    {
      ...{ kind: 'consumer-current', groupId, memberId },
      value: {
        ...{ memberEpoch: 7, previousMemberEpoch: 6, state: 'UNREVOKED_PARTITIONS' },
        assigned: new Map([[topicId, new Map([[0, 5]])]]),
        pendingRevocation: new Map([[topicId, new Map([[1, 6]])]]),
      },
    },
  ],
  [
    'a pattern',
    {
      ...{ kind: 'consumer-pattern', groupId, pattern: 't.*' },
      value: { topics: new Set(['t', 'u']), version: 12, timestampMs: 1_700_000_000_000 },
    },
  ],
];

describe('records of consumer groups', () => {
  it.each(rows)('%s comes back as it was written, and so does its end', (_what, record) => {
    const { key, value } = encodeGroupRecord(record);
    expect(decodeGroupRecord(key, value)).toEqual(record);
    const end = { ...record, value: null } as GroupRecord;
    expect(encodeGroupRecord(end)).toEqual({ key, value: null });
    expect(decodeGroupRecord(key, null)).toEqual(end);
  });

  it("have Kafka's key types", () => {
    const types = rows.map(([, record]) => encodeGroupRecord(record).key.readInt16BE());
    expect(types).toEqual([3, 5, 5, 6, 7, 8, 16]);
    expect(decodeGroupRecord(Buffer.from('0004000167', 'hex'), Buffer.from('0000010000', 'hex'))).toEqual({
      ...{ kind: 'consumer-partitions', groupId, value: {} },
    });
  });

  it("have Kafka's layout", () => {
    const { key, value } = encodeGroupRecord({
      ...{ kind: 'consumer-group', groupId, value: { epoch: 2, metadataHash: 1n } },
    });
    expect(key.toString('hex')).toBe('0003' + '000167');
    expect(value?.toString('hex')).toBe('0000' + '00000002' + '01' + '00' + '08' + '0000000000000001');
  });

  it('say of members that they are not classic ones, in the bytes that Kafka has for it', () => {
    const { value } = encodeGroupRecord({
      ...{ kind: 'consumer-member', groupId, memberId },
      value: {
        ...{ instanceId: null, rackId: null, clientId: 'c', clientHost: '/h', subscribedTopicNames: [] },
        ...{ subscribedTopicRegex: '', rebalanceTimeoutMs: 1, serverAssignor: null, classic: null },
      },
    });
    const fields = '00' + '00' + '0263' + '032f68' + '01' + '01' + '00000001' + '00';
    expect(value?.toString('hex')).toBe('0000' + fields + '01' + '00' + '01' + '00');
  });

  it('read assignments of before partitions had epochs of their own', () => {
    const [key] = rows.map(([, record]) => encodeGroupRecord(record).key).slice(5);
    const partitions = '02' + '00000000000000000000000000000001' + '02' + '00000003' + '00';
    const value = '0000' + '00000005' + '00000004' + '02' + partitions + '01' + '00';
    expect(decodeGroupRecord(key ?? Buffer.alloc(0), Buffer.from(value, 'hex'))).toMatchObject({
      value: { state: 'UNRELEASED_PARTITIONS', assigned: new Map([[topicId, new Map([[3, 5]])]]) },
    });
    const unknown = Buffer.from(value.replace('000000040', '000000047'), 'hex');
    expect(() => decodeGroupRecord(key ?? Buffer.alloc(0), unknown)).toThrow('there is no member state');
  });
});
