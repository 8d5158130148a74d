/**
 * Test support: a consumer that behaves as a well-made client does, on virtual time and without a network. It joins,
 * assigns when it leads, reads from the committed offset on, commits as it goes, beats, and joins again whenever it is
 * told to. What it owns and what was acknowledged goes into a `Ledger` that all consumers of a run share.
 */
import assert from 'node:assert/strict';
import type { GroupTestKit } from './group-test-kit.ts';

export const TOPIC = 't';
const GROUP = 'g';
const HEARTBEAT_MS = 1_000;
const RETRY_MS = 100;
export const SESSION_MS = 6_000;

/** What must hold across all consumers. */
export class Ledger {
  /** Owner of a partition in a generation, by `generation:partition`. */
  readonly #owners = new Map<string, string>();
  readonly acknowledged = new Map<number, bigint>();

  own(generationId: number, partitions: readonly number[], memberId: string): void {
    for (const partition of partitions) {
      const key = `${String(generationId)}:${String(partition)}`;
      const owner = this.#owners.get(key) ?? memberId;
      assert.equal(owner, memberId, `partition ${key} has two owners`);
      this.#owners.set(key, owner);
    }
  }

  acknowledge(partition: number, offset: bigint): void {
    assert(
      offset >= (this.acknowledged.get(partition) ?? 0n),
      `partition ${String(partition)} was committed backwards`,
    );
    this.acknowledged.set(partition, offset);
  }

  /** A new owner must find at least what was acknowledged before. */
  begin(partition: number, committed: bigint): void {
    const least = this.acknowledged.get(partition) ?? -1n;
    assert(
      committed >= least,
      `partition ${String(partition)} went back from ${String(least)} to ${String(committed)}`,
    );
  }
}

export class SimulatedConsumer {
  readonly #kit: GroupTestKit;
  readonly #ledger: Ledger;
  readonly #partitionCount: number;
  readonly instanceId: string | null;
  memberId = '';
  generationId = -1;
  owned: readonly number[] = [];
  isMember = false;
  #positions = new Map<number, bigint>();
  #alive = true;

  constructor(kit: GroupTestKit, ledger: Ledger, partitionCount: number, instanceId: string | null) {
    this.#kit = kit;
    this.#ledger = ledger;
    this.#partitionCount = partitionCount;
    this.instanceId = instanceId;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs until it is killed or leaves. Rejects when an invariant is broken. */
  async run(): Promise<void> {
    while (this.#alive) {
      if (!(await this.#join()) || !(await this.#sync())) {
        await this.#sleep(RETRY_MS);
        continue;
      }
      await this.#work();
    }
  }

  /** It is gone without a word. */
  kill(): void {
    this.#alive = false;
    this.isMember = false;
  }

  async leave(): Promise<void> {
    this.kill();
    await this.#kit.coordinator.leave(GROUP, [{ memberId: this.memberId, groupInstanceId: this.instanceId }]);
  }

  #sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => void this.#kit.platform.timers.after(durationMs, resolve));
  }

  async #join(): Promise<boolean> {
    this.isMember = false;
    const result = await this.#kit.coordinator.join(
      {
        ...{
          groupId: GROUP,
          memberId: this.memberId,
          groupInstanceId: this.instanceId,
          protocolType: 'consumer',
        },
        ...{ sessionTimeoutMs: SESSION_MS, rebalanceTimeoutMs: 2 * SESSION_MS },
        protocols: [{ name: 'range', metadata: Buffer.from('m') }],
      },
      { clientId: 'c', clientHost: '/h', requiresKnownMemberId: true, supportsSkippingAssignment: false },
    );
    if (!this.#alive) return false;
    if (result.errorCode === 79) this.memberId = result.memberId;
    if (result.errorCode === 25) this.memberId = '';
    if (result.errorCode === 82) this.kill();
    if (result.errorCode !== 0) return false;
    this.memberId = result.memberId;
    this.generationId = result.generationId;
    this.#toAssign =
      result.leader === result.memberId ? result.members.map(({ memberId }) => memberId).sort() : [];
    return true;
  }

  #toAssign: readonly string[] = [];

  async #sync(): Promise<boolean> {
    const assignments = this.#toAssign.map((memberId, index) => ({
      memberId,
      assignment: Buffer.from(
        Array.from({ length: this.#partitionCount }, (_, partition) => partition).filter(
          (partition) => partition % this.#toAssign.length === index,
        ),
      ),
    }));
    const { memberId, generationId, instanceId } = this;
    const request = {
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: instanceId,
      protocolType: null,
      protocolName: null,
    };
    const result = await this.#kit.coordinator.sync({ ...request, assignments });
    if (!this.#alive) return false;
    if (result.errorCode === 25) this.memberId = '';
    if (result.errorCode === 82) this.kill();
    if (result.errorCode !== 0) return false;
    this.owned = [...result.assignment];
    this.#ledger.own(generationId, this.owned, this.instanceId ?? memberId);
    return this.#findPositions();
  }

  #findPositions(): boolean {
    const topics = [{ name: TOPIC, partitionIndexes: this.owned }];
    const result = this.#kit.coordinator.fetchOffsets({ groupId: GROUP, topics });
    if (result.errorCode !== 0) return false;
    this.#positions = new Map();
    for (const { partitionIndex, committedOffset } of result.topics[0]?.partitions ?? []) {
      this.#ledger.begin(partitionIndex, committedOffset);
      this.#positions.set(partitionIndex, committedOffset === -1n ? 0n : committedOffset);
    }
    return true;
  }

  /** Until it has to join again. */
  async #work(): Promise<void> {
    this.isMember = true;
    while (this.#alive) {
      await this.#sleep(HEARTBEAT_MS);
      if (!this.#alive) return;
      await this.#commit();
      const { memberId, generationId, instanceId } = this;
      const errorCode = await this.#kit.coordinator.heartbeat({
        groupId: GROUP,
        memberId,
        generationId,
        groupInstanceId: instanceId,
      });
      if (errorCode === 25) this.memberId = '';
      if (errorCode === 82) this.kill();
      if ([22, 25, 27].includes(errorCode)) return;
    }
  }

  async #commit(): Promise<void> {
    const { memberId, generationId, instanceId } = this;
    const commits = this.owned.map((partitionIndex) => ({
      ...{ partitionIndex, committedOffset: (this.#positions.get(partitionIndex) ?? 0n) + 1n },
      ...{ committedLeaderEpoch: -1, commitTimestamp: -1n, committedMetadata: null },
    }));
    const request = {
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: instanceId,
      retentionTimeMs: -1n,
    };
    const result = await this.#kit.coordinator.commitOffsets({
      ...request,
      topics: [{ name: TOPIC, partitions: commits }],
    });
    result.topics[0]?.partitions.forEach(({ partitionIndex, errorCode }, index) => {
      if (errorCode !== 0) return;
      const offset = commits[index]?.committedOffset ?? 0n;
      this.#positions.set(partitionIndex, offset);
      this.#ledger.acknowledge(partitionIndex, offset);
    });
  }
}
