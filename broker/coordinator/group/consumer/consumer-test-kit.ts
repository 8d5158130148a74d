/** Test support: members of consumer groups that do what the coordinator tells them, one heartbeat at a time. */
import { ErrorCode, errorOf } from '../../../../protocol/errors.ts';
import type { GroupTestKit } from '../group-test-kit.ts';
import type { ConsumerHeartbeatAnswer, ConsumerHeartbeatRequest } from './heartbeat-request.ts';
import { type TopicPartitions, toTopicList } from './topic-partitions.ts';

export const NOTHING_NEW: Omit<ConsumerHeartbeatRequest, 'memberId' | 'memberEpoch'> = {
  ...{ groupId: 'g', instanceId: null, rackId: null, rebalanceTimeoutMs: -1, subscribedTopicNames: null },
  ...{ subscribedTopicRegex: null, serverAssignor: null, topicPartitions: null },
};

export class TestMember {
  readonly kit: GroupTestKit;
  readonly memberId: string;
  readonly instanceId: string | null;
  epoch = 0;
  /** What it works on: what it says that it owns. */
  owned: TopicPartitions = new Map();
  /** What it was told to work on. */
  assigned: TopicPartitions = new Map();
  /** It does not know what became of its last heartbeat: as Java's client it tells everything of itself with the next one. */
  isUnsure = false;
  #subscribed: readonly string[] | null = null;

  constructor(kit: GroupTestKit, memberId: string, instanceId: string | null = null) {
    this.kit = kit;
    this.memberId = memberId;
    this.instanceId = instanceId;
  }

  send(fields: Partial<ConsumerHeartbeatRequest> = {}): Promise<ConsumerHeartbeatAnswer> {
    const { memberId, instanceId, epoch: memberEpoch } = this;
    return this.kit.coordinator.consumerHeartbeat(
      { ...NOTHING_NEW, memberId, instanceId, memberEpoch, ...fields },
      { clientId: 'c', clientHost: '/127.0.0.1', makesMemberId: true },
    );
  }

  /** Sends it and takes over what is answered; with what became of it in a word or two. */
  async say(fields: Partial<ConsumerHeartbeatRequest> = {}): Promise<string> {
    this.#subscribed = fields.subscribedTopicNames ?? this.#subscribed;
    const whole = { rebalanceTimeoutMs: 60_000, subscribedTopicNames: this.#subscribed };
    const told = { ...whole, topicPartitions: toTopicList(this.owned), ...fields };
    const asked = this.send(this.isUnsure && this.epoch > 0 ? told : fields);
    this.isUnsure = false;
    await this.kit.advance(1);
    return this.hear(await asked);
  }

  hear({ errorCode, memberEpoch, assignment }: ConsumerHeartbeatAnswer): string {
    if (errorCode === ErrorCode.FENCED_MEMBER_EPOCH || errorCode === ErrorCode.UNKNOWN_MEMBER_ID) this.lose();
    if (errorCode !== 0) {
      this.isUnsure = true;
      return errorOf(errorCode).name;
    }
    this.epoch = memberEpoch;
    if (assignment !== null)
      this.assigned = new Map(
        assignment.topicPartitions.map((each) => [each.topicId, new Set(each.partitions)]),
      );
    return `${String(memberEpoch)}: ${this.text}`;
  }

  /** Lets go of what it should, and begins with what it may. */
  take(): void {
    this.owned = this.assigned;
  }

  lose(): void {
    this.epoch = 0;
    this.owned = new Map();
    this.assigned = new Map();
  }

  join(fields: Partial<ConsumerHeartbeatRequest> = {}): Promise<string> {
    this.lose();
    const whole = { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['t'], topicPartitions: [] };
    return this.say({ ...whole, ...fields });
  }

  /** A heartbeat after it has done what it was told. */
  beat(fields: Partial<ConsumerHeartbeatRequest> = {}): Promise<string> {
    this.take();
    return this.say({ topicPartitions: toTopicList(this.owned), ...fields });
  }

  /** `t-0,1`, by name. */
  get text(): string {
    return toTopicList(this.assigned)
      .map(({ topicId, partitions }) => `${this.#nameOf(topicId)}-${partitions.join(',')}`)
      .sort()
      .join(' ');
  }

  #nameOf(topicId: string): string {
    return this.kit.image.topicsById.get(topicId)?.name ?? topicId;
  }
}
