/**
 * A process that answers like a large cluster of three brokers, from bytes that are encoded before they are asked for: what a round
 * costs the console is measured without what it costs a broker. Prints its addresses as JSON. At each message from its parent a
 * tenth of the partitions and of the groups moves on; it answers when the next answers are ready.
 */
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import { describeGroupsRequest, describeGroupsResponse } from '../../protocol/messages/15-describe-groups.ts';
import { listGroupsRequest, listGroupsResponse } from '../../protocol/messages/16-list-groups.ts';
import {
  describeLogDirsRequest,
  describeLogDirsResponse,
} from '../../protocol/messages/35-describe-log-dirs.ts';
import { consumerProtocolAssignment } from '../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../protocol/schema/versioned-data.ts';
import type { Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { encodeResponseFrame } from '../../protocol/wire/framing.ts';
import { ScriptedBroker, type ScriptedApi } from '../../kafka-client/testing/scripted-broker.ts';

const BROKERS = 3;
const COMMITTED_PER_GROUP = 40;
const MEMBERS_PER_GROUP = 2;
/** One of so many partitions, and groups, moves between two rounds. */
const MOVING = 10;
const RECORDS_A_MOVE = 500;
const UNREAD = 10;

const [topicCount = 0, partitionCount = 0, groupCount = 0] = process.argv.slice(2).map(Number);

interface Partition {
  /** Among all. */
  readonly number: number;
  readonly topic: number;
  readonly index: number;
  readonly leader: number;
}
const nameOf = (topic: number): string => `bench-topic-${String(topic).padStart(5, '0')}`;
const partitions: Partition[] = [];
for (let topic = 0; topic < topicCount; topic++) {
  const count = Math.floor(((topic + 1) * partitionCount) / topicCount) - partitions.length;
  for (let index = 0; index < count; index++) {
    partitions.push({ number: partitions.length, topic, index, leader: partitions.length % BROKERS });
  }
}

function byTopic<Row extends Partition, Item>(rows: readonly Row[], itemOf: (row: Row) => Item) {
  const topics = new Map<number, Item[]>();
  for (const row of rows) {
    const items = topics.get(row.topic);
    if (items === undefined) topics.set(row.topic, [itemOf(row)]);
    else items.push(itemOf(row));
  }
  return Array.from(topics, ([topic, items]) => ({ name: nameOf(topic), partitions: items }));
}

const groupsOf = (broker: number): number[] =>
  Array.from({ length: groupCount }, (_, group) => group).filter((group) => group % BROKERS === broker);
const groupName = (group: number): string => `bench-group-${String(group).padStart(5, '0')}`;
const committedBy = (group: number): Partition[] =>
  Array.from(
    { length: COMMITTED_PER_GROUP },
    (_, at) => partitions[(group * 37 + at) % partitions.length],
  ).filter((row) => row !== undefined);

const starts = new Float64Array(partitionCount).fill(900_000);
const ends = new Float64Array(partitionCount).fill(1_000_000);
/** By group, in the order of `committedBy`. A group that moves reads all that has come; the others fall behind. */
const committed = Array.from({ length: groupCount }, () => new Float64Array(COMMITTED_PER_GROUP));
let moves = 0;

function catchUp(group: number): void {
  for (const [at, { number }] of committedBy(group).entries())
    committed[group]?.fill((ends[number] ?? 0) - UNREAD, at, at + 1);
}
for (let group = 0; group < groupCount; group++) catchUp(group);

function move(): void {
  for (let at = moves % MOVING; at < ends.length; at += MOVING) ends[at] = (ends[at] ?? 0) + RECORDS_A_MOVE;
  for (let group = moves % MOVING; group < groupCount; group += MOVING) catchUp(group);
  moves++;
}

const renewals: (() => void)[] = [];

/** The same answer for every request of one version and kind, until the cluster moves. Most requests are of one kind. */
function fixed<Res extends MessageSchema>(
  request: MessageSchema,
  response: Res,
  valueOf: (isOther: boolean) => Encodable<Res>,
  { maxVersion = request.versions.max, doesMove = false, isOther = (_body: Buffer): boolean => false } = {},
): ScriptedApi {
  const kinds = [new Map<number, Buffer>(), new Map<number, Buffer>()] as const;
  const encode = (kind: 0 | 1, version: number): Buffer => {
    const frame = Buffer.concat(encodeResponseFrame(response, version, 0, valueOf(kind === 1)));
    kinds[kind].set(version, frame);
    return frame;
  };
  if (doesMove)
    renewals.push(() => {
      for (const kind of [0, 1] as const) for (const version of kinds[kind].keys()) encode(kind, version);
    });
  return {
    request,
    maxVersion,
    respond: ({ apiVersion, correlationId }, body) => {
      const kind = isOther(body) ? 1 : 0;
      const frame = kinds[kind].get(apiVersion) ?? encode(kind, apiVersion);
      frame.writeInt32BE(correlationId, 4);
      return frame;
    },
  };
}

const brokers: ScriptedBroker[] = [];

function metadata(): ScriptedApi {
  return fixed(metadataRequest, metadataResponse, () => ({
    clusterId: 'scripted-large-cluster',
    controllerId: 0,
    brokers: brokers.map((broker, nodeId) => ({ nodeId, host: '127.0.0.1', port: broker.port, rack: null })),
    topics: byTopic(partitions, ({ index, leader }) => ({
      partitionIndex: index,
      leaderId: leader,
      leaderEpoch: 3,
      replicaNodes: [leader, (leader + 1) % BROKERS, (leader + 2) % BROKERS],
      isrNodes: [leader, (leader + 1) % BROKERS, (leader + 2) % BROKERS],
      offlineReplicas: [],
    })).map((topic) => ({ ...topic, topicId: 'AAAAAAAAQACAAAAAAAAAAQ', isInternal: false })),
  }));
}

/** A request asks for one kind only, so its bytes tell which without being decoded. */
const EARLIEST = Buffer.from('fffffffffffffffe', 'hex');

function offsets(broker: number): ScriptedApi {
  const led = partitions.filter(({ leader }) => leader === broker);
  const topics = (from: Float64Array) =>
    byTopic(led, ({ index, number }) => ({
      partitionIndex: index,
      timestamp: -1n,
      offset: BigInt(from[number] ?? 0),
    }));
  return fixed(
    listOffsetsRequest,
    listOffsetsResponse,
    (areStarts) => ({ topics: topics(areStarts ? starts : ends) }),
    { doesMove: true, isOther: (body) => body.includes(EARLIEST) },
  );
}

function logDirs(): ScriptedApi {
  return fixed(describeLogDirsRequest, describeLogDirsResponse, () => ({
    results: [
      {
        logDir: '/data',
        topics: byTopic(partitions, ({ index }) => ({ partitionIndex: index, partitionSize: 1_000n })),
      },
    ],
  }));
}

function describedGroup(group: number) {
  const rows = committedBy(group);
  const share = rows.length / MEMBERS_PER_GROUP;
  return {
    groupId: groupName(group),
    groupState: 'Stable',
    protocolType: 'consumer',
    protocolData: 'range',
    members: Array.from({ length: MEMBERS_PER_GROUP }, (_, member) => ({
      memberId: `consumer-${String(group)}-${String(member)}-2f0d4b0e-6b7e-4f0e-9f6e-2f8f1f3f4a5b`,
      clientId: `consumer-${String(member)}`,
      clientHost: '/10.0.0.1',
      memberAssignment: encodeVersioned(consumerProtocolAssignment, 1, {
        assignedPartitions: byTopic(
          rows.slice(member * share, (member + 1) * share),
          ({ index }) => index,
        ).map(({ name, partitions: indexes }) => ({ topic: name, partitions: indexes })),
      }),
    })),
  };
}

function groupApis(broker: number): ScriptedApi[] {
  const groups = groupsOf(broker);
  return [
    fixed(listGroupsRequest, listGroupsResponse, () => ({
      groups: groups.map((group) => ({
        groupId: groupName(group),
        protocolType: 'consumer',
        groupState: 'Stable',
        groupType: 'classic',
      })),
    })),
    fixed(describeGroupsRequest, describeGroupsResponse, () => ({ groups: groups.map(describedGroup) })),
    fixed(
      offsetFetchRequest,
      offsetFetchResponse,
      () => ({
        groups: groups.map((group) => ({
          groupId: groupName(group),
          topics: byTopic(
            committedBy(group).map((row, at) => ({ ...row, offset: committed[group]?.[at] ?? 0 })),
            ({ index, offset }) => ({ partitionIndex: index, committedOffset: BigInt(offset), metadata: '' }),
          ),
        })),
      }),
      { maxVersion: 9, doesMove: true },
    ),
  ];
}

for (let id = 0; id < BROKERS; id++) brokers.push(await ScriptedBroker.start());
for (const [id, broker] of brokers.entries()) {
  for (const api of [metadata(), offsets(id), logDirs(), ...groupApis(id)]) broker.set(api);
}
process.stdout.write(`${JSON.stringify(brokers.map(({ address }) => address))}\n`);
process.on('message', () => {
  move();
  for (const renew of renewals) renew();
  process.send?.('moved');
});
process.on('disconnect', () => process.exit(0));
