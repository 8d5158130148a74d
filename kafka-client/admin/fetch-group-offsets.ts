/**
 * What many groups of one coordinator have committed, for all their topics: one OffsetFetch request from Kafka 3.0 on
 * (version 8, KIP-709), one per group before, a few at a time.
 */
import {
  offsetFetchRequest,
  offsetFetchResponse,
  type OffsetFetchResponse,
} from '../../protocol/messages/09-offset-fetch.ts';
import { ElementMemory } from '../../protocol/schema/element-memory.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { inFlight } from '../in-flight.ts';
import { TopicNames } from './topic-names.ts';

const FIRST_BATCHED_VERSION = 8;
/** Before version 2 there is no way to ask for all topics. Version 10 names topics by id. */
const api = apiCall(offsetFetchRequest, offsetFetchResponse, { minVersion: 2, maxVersion: 9 });
/** Requests to one coordinator at a time: it has other clients. */
const IN_FLIGHT_MAX = 8;

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface GroupOffsets {
  readonly id: string;
  /** Kafka's name of the error, null if there is none. */
  readonly error: string | null;
  /** Partitions with an offset, in the broker's order. */
  readonly committed: readonly CommittedOffset[];
}

type FetchedGroup = OffsetFetchResponse['groups'][number];

/** The groups of the last answer, for whoever asks again and again. */
export const groupOffsetsMemory = (names = new TopicNames()): ElementMemory<FetchedGroup, GroupOffsets> =>
  new ElementMemory('groups', (group) => groupOf(group, names));

/** With a memory, groups that have committed nothing since the last time are the same objects; not where each is asked by itself. */
export async function fetchGroupOffsets(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupIds: readonly string[],
  memory = groupOffsetsMemory(),
): Promise<readonly GroupOffsets[]> {
  if (groupIds.length === 0) return [];
  const offered = (await cluster.versionsOf(coordinatorId)).get(api.request.apiKey)?.maxVersion ?? 0;
  if (offered < FIRST_BATCHED_VERSION) {
    return inFlight(groupIds, IN_FLIGHT_MAX, (id) => fetchOne(cluster, coordinatorId, id));
  }
  const groups = groupIds.map((groupId) => ({ groupId, topics: null }));
  await cluster.call(coordinatorId, api, { groups }, { memory });
  return memory.made;
}

export interface CommittedWithEpoch extends CommittedOffset {
  /** Null: it was committed without one. */
  readonly leaderEpoch: number | null;
}

/** The same of one group, with the epochs of the leaders that the offsets were read from. */
export async function fetchCommitted(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupId: string,
): Promise<{ readonly error: string | null; readonly committed: readonly CommittedWithEpoch[] }> {
  const body = (version: number) =>
    version < FIRST_BATCHED_VERSION ? { groupId, topics: null } : { groups: [{ groupId, topics: null }] };
  const answer = await cluster.call(coordinatorId, api, body);
  const told = answer.groups[0] ?? answer;
  const committed = told.topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode, committedOffset }) => errorCode === 0 && committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset, committedLeaderEpoch }) => ({
        ...{ topic: name, partition: partitionIndex, offset: toSafeNumber(committedOffset) },
        leaderEpoch: committedLeaderEpoch < 0 ? null : committedLeaderEpoch,
      })),
  );
  return { error: errorNameOf(told.errorCode), committed };
}

function groupOf({ groupId, errorCode, topics }: FetchedGroup, names: TopicNames): GroupOffsets {
  return { id: groupId, error: errorNameOf(errorCode), committed: committedOf(topics, names) };
}

async function fetchOne(cluster: KafkaCluster, coordinatorId: number, id: string): Promise<GroupOffsets> {
  const one = { ...api, maxVersion: FIRST_BATCHED_VERSION - 1 };
  const answer = await cluster.call(coordinatorId, one, { groupId: id, topics: null });
  return {
    id,
    error: errorNameOf(answer.errorCode),
    committed: committedOf(answer.topics, new TopicNames()),
  };
}

interface TopicOffsets {
  readonly name: string;
  readonly partitions: readonly {
    readonly partitionIndex: number;
    readonly committedOffset: bigint;
    readonly errorCode: number;
  }[];
}

function committedOf(topics: readonly TopicOffsets[], names: TopicNames): CommittedOffset[] {
  const committed: CommittedOffset[] = [];
  for (const { name, partitions } of topics) {
    const topic = names.of(name);
    for (const { partitionIndex, committedOffset, errorCode } of partitions) {
      // Any negative one is none, as Kafka's own clients read it: some programs commit -2 to start at the beginning.
      if (errorCode !== 0 || committedOffset < 0n) continue;
      committed.push({ topic, partition: partitionIndex, offset: toSafeNumber(committedOffset) });
    }
  }
  return committed;
}
