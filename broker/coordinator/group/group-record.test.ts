import { describe, expect, it } from 'vitest';
import { decodeGroupRecord, encodeGroupRecord, type GroupRecord } from './group-record.ts';
import { GroupTestKit } from './group-test-kit.ts';

const offset = {
  offset: 2n ** 62n,
  leaderEpoch: 4,
  metadata: 'm',
  commitTimestampMs: 1_700_000_000_000,
  ...{ expireTimestampMs: -1, topicId: null },
};
const place = { kind: 'offset', groupId: 'g', topic: 't', partition: 3 } as const;
const group = {
  ...{
    protocolType: 'consumer',
    generationId: 7,
    protocolName: 'range',
    leaderId: 'a-1',
    stateSinceMs: 1_700_000_000_000,
  },
  members: [
    {
      ...{ memberId: 'a-1', groupInstanceId: 'i', clientId: 'a', clientHost: '/127.0.0.1' },
      ...{ rebalanceTimeoutMs: 60_000, sessionTimeoutMs: 10_000 },
      ...{ subscription: Buffer.from('s'), assignment: Buffer.from('x') },
    },
  ],
};

describe('records of __consumer_offsets', () => {
  const rows: [string, GroupRecord][] = [
    ['an offset', { ...place, value: offset }],
    [
      'an offset with its own expiry',
      { ...place, value: { ...offset, leaderEpoch: -1, expireTimestampMs: 1_700_000_001_000 } },
    ],
    ['an offset of one topic', { ...place, value: { ...offset, topicId: 'VVVVVVVVVVVVVVVVVVVVVQ' } }],
    ['the end of an offset', { ...place, value: null }],
    ['a group', { kind: 'group', groupId: 'g', value: group }],
    [
      'an empty group',
      { kind: 'group', groupId: 'g', value: { ...group, protocolName: null, leaderId: null, members: [] } },
    ],
    ['the end of a group', { kind: 'group', groupId: 'g', value: null }],
  ];
  it.each(rows)('%s comes back as it was written', (_what, record) => {
    const { key, value } = encodeGroupRecord(record);
    expect(decodeGroupRecord(key, value)).toEqual(record);
  });

  it("has Kafka's layout: key type 1, value version 3; 1 when it expires by itself, 4 with a topic id; groups in version 3", () => {
    const { key, value } = encodeGroupRecord({ ...place, value: { ...offset, offset: 5n } });
    expect(key.toString('hex')).toBe('0001' + '000167' + '000174' + '00000003');
    expect(value?.toString('hex')).toBe(
      '0003' + '0000000000000005' + '00000004' + '00016d' + '0000018bcfe56800',
    );
    const expiring = encodeGroupRecord({ ...place, value: { ...offset, expireTimestampMs: 1 } });
    expect(expiring.value?.readInt16BE()).toBe(1);
    const ofTopic = encodeGroupRecord({ ...place, value: { ...offset, topicId: 'VVVVVVVVVVVVVVVVVVVVVQ' } });
    expect(ofTopic.value?.readInt16BE()).toBe(4);
    const stored = encodeGroupRecord({ kind: 'group', groupId: 'g', value: group });
    expect([stored.key.toString('hex'), stored.value?.readInt16BE()]).toEqual(['0002' + '000167', 3]);
  });

  it('reads keys of type 0 and passes over those of share groups', () => {
    const { key, value } = encodeGroupRecord({ ...place, value: offset });
    const legacy = Buffer.from(key);
    legacy.writeInt16BE(0);
    expect(decodeGroupRecord(legacy, value)).toEqual({ ...place, value: offset });
    const newer = Buffer.from(key);
    newer.writeInt16BE(10);
    expect(decodeGroupRecord(newer, value)).toBeNull();
  });

  it('loads everything but the record that cannot be read, and says so', async () => {
    const kit = new GroupTestKit();
    await kit.start();
    kit.createTopic('t', 4);
    const good = encodeGroupRecord({ ...place, value: offset });
    const bad = { key: Buffer.from('0001ffff', 'hex'), value: Buffer.from('00', 'hex') };
    const newer = { key: Buffer.from('000a000167', 'hex'), value: Buffer.from('0000', 'hex') };
    // "g" lives in partition 103 mod 50.
    kit.log.appendRaw(3, [bad, newer, good]);
    await kit.restart();
    const { topics } = kit.coordinator.fetchOffsets({ groupId: 'g', topics: null });
    expect(topics).toMatchObject([
      { name: 't', partitions: [{ partitionIndex: 3, committedOffset: 2n ** 62n }] },
    ]);
    expect(kit.errors).toHaveLength(1);
    expect(kit.errors[0]).toContain('The record at offset 0 of partition 3 cannot be read.');
  });
});

describe('strings that the records have no room for', () => {
  const long = 'x'.repeat(32_768);
  const join = {
    memberId: '',
    groupInstanceId: null,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    protocolType: 'consumer',
  };
  const client = { clientHost: '/h', requiresKnownMemberId: false, supportsSkippingAssignment: false };
  const protocols = [{ name: 'range', metadata: Buffer.alloc(0) }];

  it('are refused before anything is stored', async () => {
    const kit = new GroupTestKit({ initialRebalanceDelayMs: 0 });
    await kit.start();
    kit.createTopic('t', 1);
    const { coordinator } = kit;
    const asked = [
      coordinator.join({ ...join, groupId: long, protocols }, { ...client, clientId: 'c' }),
      coordinator.join(
        { ...join, groupId: 'g', protocols: [{ name: long, metadata: Buffer.alloc(0) }] },
        { ...client, clientId: 'c' },
      ),
      coordinator.join(
        { ...join, groupId: 'g', groupInstanceId: 'x'.repeat(250), protocols },
        { ...client, clientId: 'c' },
      ),
    ];
    expect((await Promise.all(asked)).map(({ errorCode }) => errorCode)).toEqual([24, 42, 42]);
    const partitions = [
      {
        partitionIndex: 0,
        committedOffset: 1n,
        committedLeaderEpoch: -1,
        commitTimestamp: -1n,
        committedMetadata: '',
      },
    ];
    const commit = {
      generationId: -1,
      memberId: '',
      groupInstanceId: null,
      retentionTimeMs: -1n,
      topics: [{ name: 't', partitions }],
    };
    expect(
      (await coordinator.commitOffsets({ ...commit, groupId: long })).topics[0]?.partitions[0]?.errorCode,
    ).toBe(24);
    expect(kit.records()).toEqual([]);
  });

  it('a client id as long as it can be still gives a member id that fits', async () => {
    const kit = new GroupTestKit({ initialRebalanceDelayMs: 0 });
    await kit.start();
    const joined = kit.coordinator.join(
      { ...join, groupId: 'g', protocols },
      { ...client, clientId: long.slice(1) },
    );
    await kit.advance(1);
    const { memberId, generationId } = await joined;
    expect(memberId.length).toBeLessThan(300);
    const request = {
      groupId: 'g',
      memberId,
      generationId,
      groupInstanceId: null,
      protocolType: null,
      protocolName: null,
    };
    expect((await kit.coordinator.sync({ ...request, assignments: [] })).errorCode).toBe(0);
    expect(kit.errors).toEqual([]);
  });
});
