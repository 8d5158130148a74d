/** Test support: a cluster of several brokers as a KafkaReader, where brokers and single answers can fail. */
import type { GroupMember } from '../../model/snapshot.ts';
import { topicSettingsOf } from '../../model/testing/snapshots.ts';
import type {
  DescribedGroup,
  DescribedGroupType,
  GroupOffsets,
  KafkaReader,
  ListedOffset,
  ListedTopic,
  OffsetKind,
  PartitionsByTopic,
  ToldTopicSettings,
} from '../kafka-reader.ts';

export interface ScriptedGroup {
  readonly id: string;
  readonly coordinator: number;
  readonly type?: string | null;
  readonly members?: readonly GroupMember[];
  readonly committed: readonly (readonly [topic: string, partition: number, offset: number])[];
}

export class ScriptedCluster implements KafkaReader {
  brokerIds = [1, 2, 3];
  /** In the metadata, but refusing everything. */
  readonly dead = new Set<number>();
  /** In the metadata, but without an answer to anything. */
  readonly hung = new Set<number>();
  /** Calls that fail, as `method` or `method:broker`. */
  readonly failing = new Set<string>();
  topics: ListedTopic[] = [];
  groups: ScriptedGroup[] = [];
  /** By topic-partition. */
  readonly ends = new Map<string, number>();
  readonly stable = new Map<string, number>();
  /** min.insync.replicas by topic; 2 for others, an error's name where settings are refused. */
  readonly minInSync = new Map<string, number | string>();
  readonly calls: string[] = [];
  /** Undefined: a cluster without a quorum. */
  quorumLeader: number | null | undefined;
  closed = false;

  addTopic(name: string, leaders: readonly (number | null)[], topicId: string | null = `id-${name}`): void {
    this.topics.push({
      name,
      topicId,
      internal: name.startsWith('__'),
      error: null,
      partitions: leaders.map((leader, partition) => ({
        partition,
        leader,
        leaderEpoch: 0,
        replicas: [1, 2, 3],
        isr: leader === null ? [] : this.brokerIds,
        offlineReplicas: [],
      })),
    });
  }

  async metadata() {
    await this.#call('metadata', -1);
    return {
      kafkaClusterId: 'scripted',
      controllerId: this.brokerIds[0] ?? null,
      brokers: this.brokerIds.map((id) => ({ id, host: `broker-${String(id)}`, port: 9092, rack: null })),
      topics: [...this.topics],
    };
  }

  async quorum() {
    await this.#call('quorum', -1);
    if (this.quorumLeader === undefined) return null;
    const nodes = this.brokerIds.map((id) => ({
      id,
      isVoter: true,
      logEndOffset: 70 + id,
      lastCaughtUpMs: null,
    }));
    return { leaderId: this.quorumLeader, leaderEpoch: 4, highWatermark: 72, nodes };
  }

  async listGroups(brokerId: number) {
    await this.#call('listGroups', brokerId);
    return this.#groupsOf(brokerId).map(({ id, type = 'classic' }) => ({
      id,
      protocolType: 'consumer',
      state: 'Stable',
      type,
    }));
  }

  async describeGroups(
    brokerId: number,
    type: DescribedGroupType,
    groupIds: readonly string[],
  ): Promise<DescribedGroup[]> {
    await this.#call(`describeGroups-${type}`, brokerId);
    return this.#groupsOf(brokerId)
      .filter(({ id }) => groupIds.includes(id))
      .map(({ id, members = [] }) => ({
        id,
        error: null,
        state: 'Stable',
        protocolType: 'consumer',
        protocol: 'range',
        members,
      }));
  }

  async committedOffsets(brokerId: number, groupIds: readonly string[]) {
    await this.#call('committedOffsets', brokerId);
    return this.#offsetsOf(brokerId, groupIds);
  }

  async shareOffsets(brokerId: number, groupIds: readonly string[]) {
    await this.#call('shareOffsets', brokerId);
    return this.#offsetsOf(brokerId, groupIds);
  }

  async listOffsets(
    brokerId: number,
    partitions: PartitionsByTopic,
    kind: OffsetKind,
  ): Promise<ListedOffset[][]> {
    await this.#call(`listOffsets-${kind}`, brokerId);
    return [...partitions].map(([topic, list]) =>
      list.map((partition) => {
        const key = `${topic}-${String(partition)}`;
        const end = this.ends.get(key) ?? null;
        const offset = kind === 'earliest' ? 0 : kind === 'latest' ? end : (this.stable.get(key) ?? end);
        return { topic, partition, error: offset === null ? 'NOT_LEADER_OR_FOLLOWER' : null, offset };
      }),
    );
  }

  async describeLogDirs(brokerId: number) {
    await this.#call('describeLogDirs', brokerId);
    const replicas = this.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition }) => ({ topic: name, partition, sizeBytes: 100 })),
    );
    return [{ path: '/data', error: null, totalBytes: 1_000, usableBytes: 250, replicas }];
  }

  async topicSettings(topics: readonly string[]): Promise<ToldTopicSettings[]> {
    await this.#call('topicSettings', -1);
    return topics.map((topic) => {
      const value = this.minInSync.get(topic) ?? 2;
      return typeof value === 'string'
        ? { topic, error: value, settings: null }
        : { topic, error: null, settings: topicSettingsOf({ minInSyncReplicas: value }) };
    });
  }

  cannotTell() {
    return Promise.resolve([]);
  }

  takeTraffic() {
    return {};
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #groupsOf(brokerId: number): ScriptedGroup[] {
    return this.groups.filter(({ coordinator }) => coordinator === brokerId);
  }

  #offsetsOf(brokerId: number, groupIds: readonly string[]): GroupOffsets[] {
    return this.#groupsOf(brokerId)
      .filter(({ id }) => groupIds.includes(id))
      .map(({ id, committed }) => ({
        id,
        error: null,
        committed: committed.map(([topic, partition, offset]) => ({ topic, partition, offset })),
      }));
  }

  #call(method: string, brokerId: number): Promise<void> {
    this.calls.push(`${method}:${String(brokerId)}`);
    if (this.hung.has(brokerId)) return new Promise(() => undefined);
    const fails =
      this.dead.has(brokerId) ||
      this.failing.has(method) ||
      this.failing.has(`${method}:${String(brokerId)}`);
    return fails ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve();
  }
}
