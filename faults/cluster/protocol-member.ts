/**
 * A member of a group that speaks the protocol itself, static (KIP-345) or dynamic: it joins, assigns when it leads, commits as it goes,
 * heartbeats, and joins again whenever it is told to. Unlike a client's, its wrong commits are on purpose: of the generation before, and
 * before it was assigned anything.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RawClient } from '../../broker/integration/raw-client.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/11-join-group.ts';
import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/12-heartbeat.ts';
import { leaveGroupRequest, leaveGroupResponse } from '../../protocol/messages/13-leave-group.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../protocol/schema/versioned-data.ts';
import {
  type ChurningGroup,
  type ChurningMember,
  HEARTBEAT_MS,
  PROTOCOL_NAME,
  REBALANCE_MS,
  SESSION_MS,
} from './churning-member.ts';
import { coordinatorOf } from './coordinator-connection.ts';
import { GroupWire } from './group-wire.ts';
import type { Holding } from './group-ledger.ts';

const RETRY_MS = 100;
/** Records that it pretends to read between two commits, at most. */
const STEP_RECORDS = 3;

export class ProtocolMember implements ChurningMember {
  readonly instanceId: string | null;
  readonly #group: ChurningGroup;
  readonly #wire: GroupWire;
  readonly #positions = new Map<number, number>();
  #client: RawClient | null = null;
  #memberId = '';
  #generationId = -1;
  #isAlive = true;

  constructor(group: ChurningGroup, instanceId: string | null) {
    this.#group = group;
    this.instanceId = instanceId;
    this.#wire = new GroupWire(group.ledger, group.topic);
  }

  get holding(): Holding | null {
    return this.#wire.last;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  start(): void {
    this.#run().catch((error: unknown) => this.#group.ledger.breaches.push(String(error)));
  }

  kill(): void {
    this.#isAlive = false;
    this.#client?.close();
  }

  async leave(): Promise<void> {
    this.kill();
    if (this.#memberId === '') return;
    const { group } = this.#group;
    const client = await this.#connect();
    const members = [{ memberId: this.#memberId, groupInstanceId: this.instanceId }];
    // A coordinator that dies now misses it; the session ends then.
    await client
      .request(leaveGroupRequest, leaveGroupResponse, 3, { groupId: group, members })
      .catch(() => undefined);
    client.close();
  }

  async commitFromTheGrave(): Promise<void> {
    if (this.#generationId < 0 || this.#positions.size === 0) return;
    const client = await this.#connect();
    await this.#commitPositions(client).catch(() => undefined);
    client.close();
  }

  get #credentials() {
    const { group: groupId } = this.#group;
    return {
      ...{ groupId, memberId: this.#memberId },
      ...{ generationId: this.#generationId, groupInstanceId: this.instanceId },
    };
  }

  async #connect(): Promise<RawClient> {
    const client = await coordinatorOf(this.#group.cluster, this.#group.group);
    this.#wire.observe(client.socket);
    return client;
  }

  async #run(): Promise<void> {
    while (this.#isAlive) {
      const client = await this.#connect();
      this.#client = client;
      // Killed while it was connecting.
      if (!this.isAlive) client.close();
      try {
        let goesOn = true;
        while (goesOn && this.isAlive) goesOn = await this.#takePart(client);
      } catch (error) {
        if (!client.isClosed && this.isAlive) throw error;
      }
      client.close();
      if (this.isAlive) await pause(RETRY_MS);
    }
  }

  /** One generation, or an attempt at one. False when another connection is needed. */
  async #takePart(client: RawClient): Promise<boolean> {
    const before = { ...this.#credentials };
    const members = await this.#join(client);
    if (members === null) return this.#isAlive;
    if (before.generationId >= 0 && before.generationId < this.#generationId)
      await this.#probe(client, before.generationId);
    if (this.#group.below(2) === 0) await this.#probe(client, this.#generationId);
    const { errorCode } = await client.request(syncGroupRequest, syncGroupResponse, 3, {
      ...this.#credentials,
      assignments: this.#assign(members),
    });
    if (errorCode !== 0) return this.#goOnAfter(errorCode);
    return (await this.#findPositions(client)) && (await this.#work(client));
  }

  /** Null: not this time. Else whom it has to assign to. */
  async #join(client: RawClient): Promise<readonly string[] | null> {
    const { group: groupId, topic } = this.#group;
    const metadata = encodeVersioned(consumerProtocolSubscription, 0, { topics: [topic], userData: null });
    const answer = await client.request(joinGroupRequest, joinGroupResponse, 5, {
      ...{ groupId, memberId: this.#memberId, groupInstanceId: this.instanceId, protocolType: 'consumer' },
      ...{ sessionTimeoutMs: SESSION_MS, rebalanceTimeoutMs: REBALANCE_MS },
      protocols: [{ name: PROTOCOL_NAME, metadata }],
    });
    if (answer.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.#memberId = answer.memberId;
    else if (answer.errorCode !== 0 && !this.#goOnAfter(answer.errorCode)) client.close();
    if (answer.errorCode !== 0) return null;
    this.#memberId = answer.memberId;
    this.#generationId = answer.generationId;
    return answer.leader === answer.memberId ? answer.members.map(({ memberId }) => memberId).sort() : [];
  }

  #assign(members: readonly string[]) {
    const { topic, partitions: count } = this.#group;
    return members.map((memberId, index) => {
      const partitions = Array.from({ length: count }, (_unused, partition) => partition).filter(
        (partition) => partition % members.length === index,
      );
      const value = { assignedPartitions: [{ topic, partitions }], userData: null };
      return { memberId, assignment: encodeVersioned(consumerProtocolAssignment, 0, value) };
    });
  }

  /** What an error says about this member. True: it may join again on the same connection. */
  #goOnAfter(errorCode: number): boolean {
    switch (errorCode) {
      case ErrorCode.UNKNOWN_MEMBER_ID:
        this.#memberId = '';
        return true;
      case ErrorCode.ILLEGAL_GENERATION:
      case ErrorCode.REBALANCE_IN_PROGRESS:
        return true;
      case ErrorCode.FENCED_INSTANCE_ID:
        this.#isAlive = false;
        return false;
      case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      case ErrorCode.COORDINATOR_NOT_AVAILABLE:
      case ErrorCode.NOT_COORDINATOR:
        return false;
      default:
        this.#group.ledger.breaches.push(`${this.#memberId} was told ${String(errorCode)}`);
        return false;
    }
  }

  async #findPositions(client: RawClient): Promise<boolean> {
    const { topic, group: groupId } = this.#group;
    const answer = await client.request(offsetFetchRequest, offsetFetchResponse, 5, {
      ...{ groupId, topics: [{ name: topic, partitionIndexes: [...(this.holding?.partitions ?? [])] }] },
    });
    if (answer.errorCode !== 0) return false;
    this.#positions.clear();
    for (const { partitionIndex, committedOffset } of answer.topics[0]?.partitions ?? [])
      this.#positions.set(partitionIndex, Math.max(0, Number(committedOffset)));
    return true;
  }

  /** Until it has to join again. */
  async #work(client: RawClient): Promise<boolean> {
    const { below, endOf } = this.#group;
    while (this.#isAlive) {
      await pause(HEARTBEAT_MS);
      if (!this.isAlive) return false;
      for (const [partition, position] of this.#positions) {
        const next = Math.min(position + below(STEP_RECORDS + 1), endOf(partition));
        this.#positions.set(partition, Math.max(position, next));
      }
      await this.#commitPositions(client);
      const { errorCode } = await client.request(heartbeatRequest, heartbeatResponse, 3, this.#credentials);
      if (errorCode !== 0) return this.#goOnAfter(errorCode);
    }
    return false;
  }

  async #commitPositions(client: RawClient): Promise<void> {
    if (this.#positions.size > 0)
      await this.#commit(client, this.#generationId, this.#group.topic, this.#positions);
  }

  /** A commit that nobody will read. */
  async #probe(client: RawClient, generationId: number): Promise<void> {
    await this.#commit(client, generationId, this.#group.probeTopic, new Map([[0, 0]]));
  }

  async #commit(
    client: RawClient,
    generationId: number,
    topic: string,
    offsets: ReadonlyMap<number, number>,
  ): Promise<void> {
    const partitions = [...offsets].map(([partitionIndex, offset]) => ({
      ...{ partitionIndex, committedOffset: BigInt(offset), committedMetadata: null },
    }));
    const { groupId, memberId, groupInstanceId } = this.#credentials;
    await client.request(offsetCommitRequest, offsetCommitResponse, 7, {
      ...{ groupId, memberId, groupInstanceId, generationIdOrMemberEpoch: generationId },
      topics: [{ name: topic, partitions }],
    });
  }
}
