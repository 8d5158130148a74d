/** Test support: a consumer of the classic protocol that does what it is told, one request at a time. */
import { ErrorCode, errorOf } from '../../../../protocol/errors.ts';
import { consumerProtocolSubscription } from '../../../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../../../protocol/schema/versioned-data.ts';
import type { JoinResult } from '../classic-group.ts';
import { readAssignment, type TopicWithPartitions, writeAssignment } from '../embedded-protocol.ts';
import type { GroupTestKit } from '../group-test-kit.ts';
import type { JoinRequest } from '../joining-member.ts';

export class ClassicMember {
  readonly kit: GroupTestKit;
  readonly name: string;
  readonly instanceId: string | null;
  memberId = '';
  generationId = -1;
  owned: readonly TopicWithPartitions[] = [];
  /** What it gives itself when it leads; null: everything. */
  ownAssignment: Buffer | null = null;
  /** Keeps what it has while it joins. */
  readonly isCooperative: boolean;
  /** Must come back with the member id that it is given first. */
  isToldItsId = false;
  #protocolName: string | null = null;

  constructor(
    kit: GroupTestKit,
    name: string,
    {
      instanceId = null,
      isCooperative = false,
    }: { instanceId?: string | null; isCooperative?: boolean } = {},
  ) {
    this.kit = kit;
    this.name = name;
    this.instanceId = instanceId;
    this.isCooperative = isCooperative;
  }

  /** Without waiting for the answer. */
  askToJoin(fields: Partial<JoinRequest> = {}, topics: readonly string[] = ['t']): Promise<JoinResult> {
    const owned = this.isCooperative ? this.owned : [];
    const metadata = encodeVersioned(consumerProtocolSubscription, 3, {
      ...{ topics, ownedPartitions: owned, generationId: this.generationId },
    });
    const name = this.isCooperative ? 'cooperative-sticky' : 'range';
    const request = {
      ...{
        groupId: 'g',
        memberId: this.memberId,
        groupInstanceId: this.instanceId,
        protocolType: 'consumer',
      },
      ...{ sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 30_000, protocols: [{ name, metadata }] },
      ...fields,
    };
    return this.kit.coordinator.join(request, {
      ...{ clientId: this.name, clientHost: '/h', requiresKnownMemberId: this.isToldItsId },
      supportsSkippingAssignment: false,
    });
  }

  /** Joins and asks for its assignment; in words. A member that leads assigns to itself. */
  async join(fields: Partial<JoinRequest> = {}, topics: readonly string[] = ['t']): Promise<string> {
    return this.finish(this.askToJoin(fields, topics), topics);
  }

  async finish(asked: Promise<JoinResult>, topics: readonly string[] = ['t']): Promise<string> {
    await this.kit.advance(1);
    const joined = await asked;
    if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED) this.memberId = joined.memberId;
    if (joined.errorCode !== 0) return errorOf(joined.errorCode).name;
    this.memberId = joined.memberId;
    this.generationId = joined.generationId;
    this.#protocolName = joined.protocolName;
    const all = topics.map((topic) => ({ topic, partitions: [0, 1, 2, 3] }));
    const assignment = this.ownAssignment ?? writeAssignment(3, all);
    const isLeader = joined.leader === joined.memberId;
    return this.sync(isLeader ? [{ memberId: this.memberId, assignment }] : []);
  }

  async sync(assignments: readonly { memberId: string; assignment: Buffer }[] = []): Promise<string> {
    const { memberId, generationId, instanceId: groupInstanceId } = this;
    const asked = this.kit.coordinator.sync({
      ...{ groupId: 'g', memberId, generationId, groupInstanceId, protocolType: 'consumer' },
      ...{ protocolName: this.#protocolName, assignments },
    });
    await this.kit.advance(1);
    const { errorCode, assignment } = await asked;
    if (errorCode !== 0) return errorOf(errorCode).name;
    this.owned = readAssignment(assignment)?.partitions ?? [];
    return `${String(generationId)}: ${this.text}`;
  }

  /** Sends a heartbeat, and nothing else. */
  async hear(): Promise<string> {
    const { memberId, generationId, instanceId: groupInstanceId } = this;
    const beat = { groupId: 'g', memberId, generationId, groupInstanceId };
    return errorOf(await this.kit.coordinator.heartbeat(beat)).name;
  }

  /** Sends a heartbeat, and joins again if it is told to. */
  async beat(): Promise<string> {
    const heard = await this.hear();
    if (heard === 'REBALANCE_IN_PROGRESS') return this.join();
    return heard === 'NONE' ? `${String(this.generationId)}: ${this.text}` : heard;
  }

  async leave(memberId = this.memberId): Promise<string> {
    const asked = this.kit.coordinator.leave('g', [{ memberId, groupInstanceId: this.instanceId }]);
    await this.kit.advance(1);
    return errorOf((await asked).members[0]?.errorCode ?? 0).name;
  }

  /** `t-0,1`. */
  get text(): string {
    return this.owned
      .map(({ topic, partitions }) => `${topic}-${partitions.join(',')}`)
      .sort()
      .join(' ');
  }
}
