/**
 * Random members against a real coordinator on virtual time: they join, sync, beat, leave, fall silent, come back
 * under old and wrong credentials, while the log is slow or refuses. Checked in every run:
 *
 * - every request is answered exactly once, and all of them in the end;
 * - generations rise; each has one leader, one protocol, and the leader's list is who joined;
 * - a member gets what the leader of its generation assigned to it;
 * - the committed offset is the last one that was acknowledged, and a coordinator that is
 *   made anew from the log says the same as the one that served.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JoinResult } from './classic-group.ts';
import { GroupTestKit } from './group-test-kit.ts';

const COORDINATOR_NOT_AVAILABLE = 15;
const GROUP = 'g';
const SLOTS = 4;
const NEVER_MS = 2_000_000_000;

interface Slot {
  memberId: string;
  generationId: number;
  readonly instanceId: string | null;
}

const slot = fc.nat({ max: SLOTS - 1 });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('join' as const),
      slot,
      fresh: fc.boolean(),
      rich: fc.boolean(),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('sync' as const), slot }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), slot }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), slot }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('commit' as const), slot, offset: fc.nat({ max: 1000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 500, 3000, 7000, 30_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('hold' as const, 'release' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('refuse' as const), code: fc.constantFrom(0, 7, 19, 56) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Run {
  readonly kit = new GroupTestKit({ offsetsRetentionCheckIntervalMs: NEVER_MS });
  readonly slots: Slot[] = [];
  readonly #leaders = new Map<number, string>();
  readonly #protocols = new Map<number, string | null>();
  #lastAcknowledged: bigint | null = null;
  /** Commits after that one of which the client was told nothing certain. */
  #unsure: bigint[] = [];
  asked = 0;
  answered = 0;
  readonly failures: unknown[] = [];
  highestGeneration = 0;

  constructor() {
    for (let index = 0; index < SLOTS; index++) {
      this.slots.push({ memberId: '', generationId: -1, instanceId: index === 0 ? 'static' : null });
    }
  }

  async start(): Promise<void> {
    await this.kit.start();
    this.kit.createTopic('t', 1);
  }

  async do(action: Step): Promise<void> {
    await this.#act(action);
    await this.kit.advance(0);
    for (const failure of this.failures) throw failure;
  }

  async #act(action: Step): Promise<void> {
    switch (action.kind) {
      case 'join':
        return this.#join(action.slot, action.fresh, action.rich);
      case 'sync':
        return this.#sync(action.slot);
      case 'heartbeat':
        return this.#heartbeat(action.slot);
      case 'leave':
        return this.#leave(action.slot);
      case 'commit':
        return this.#commit(action.slot, action.offset);
      case 'advance':
        return this.kit.advance(action.ms);
      case 'hold':
        return this.kit.log.holdCommits();
      case 'release':
        return this.kit.log.releaseCommits();
      case 'refuse':
        this.kit.log.refuseWith = action.code;
    }
  }

  async finish(): Promise<void> {
    this.kit.log.refuseWith = 0;
    this.kit.log.releaseCommits();
    await this.kit.advance(400_000);
    this.kit.log.releaseCommits();
    await this.kit.advance(400_000);
    for (const failure of this.failures) throw failure;
    expect(this.answered).toBe(this.asked);
    expect(this.kit.errors).toEqual([]);
    this.#checkOffset();
  }

  #slot(index: number): Slot {
    const found = this.slots[index];
    if (found === undefined) throw new Error('no such slot');
    return found;
  }

  #ask<T>(request: Promise<T>, check: (result: T) => void): void {
    this.asked += 1;
    void request.then((result) => {
      this.answered += 1;
      try {
        check(result);
      } catch (error) {
        this.failures.push(error);
      }
    });
  }

  #join(index: number, fresh: boolean, rich: boolean): void {
    const member = this.#slot(index);
    const { instanceId } = member;
    const protocols = [{ name: 'range', metadata: Buffer.from(`m${String(index)}`) }];
    if (rich) protocols.unshift({ name: 'sticky', metadata: Buffer.from(`s${String(index)}`) });
    const request = {
      ...{ groupId: GROUP, groupInstanceId: instanceId, protocols, protocolType: 'consumer' },
      ...{ memberId: fresh ? '' : member.memberId, sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 20_000 },
    };
    const client = {
      clientId: `c${String(index)}`,
      clientHost: '/h',
      requiresKnownMemberId: rich,
      supportsSkippingAssignment: rich,
    };
    this.#ask(this.kit.coordinator.join(request, client), (result) => this.#joined(member, result));
  }

  #joined(member: Slot, result: JoinResult): void {
    if (result.errorCode === 79) member.memberId = result.memberId;
    if (result.errorCode !== 0) return;
    const { generationId, memberId, leader, protocolName, members } = result;
    member.memberId = memberId;
    member.generationId = generationId;
    expect(generationId).toBeGreaterThan(0);
    this.highestGeneration = Math.max(this.highestGeneration, generationId);
    const protocol = this.#protocols.get(generationId) ?? protocolName;
    expect(protocolName).toBe(protocol);
    this.#protocols.set(generationId, protocol);
    if (leader !== memberId || result.skipAssignment) return;
    // Only one member of a generation is ever asked to assign; a static member may do it under a newer id.
    const known = this.#leaders.get(generationId);
    if (known !== undefined && member.instanceId === null) expect(known).toBe(leader);
    this.#leaders.set(generationId, leader);
    if (members.length > 0) expect(members.map((each) => each.memberId)).toContain(memberId);
    expect(new Set(members.map((each) => each.memberId)).size).toBe(members.length);
  }

  #sync(index: number): void {
    const { memberId, generationId, instanceId } = this.#slot(index);
    const assignments = this.slots.map((each) => ({
      memberId: each.memberId,
      assignment: Buffer.from(`${String(generationId)}:${each.memberId}`),
    }));
    const request = {
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: instanceId,
      protocolType: null,
      protocolName: null,
    };
    this.#ask(this.kit.coordinator.sync({ ...request, assignments }), ({ errorCode, assignment }) => {
      if (errorCode !== 0) return;
      const text = assignment.toString();
      if (text === '') return;
      expect(text.startsWith(`${String(generationId)}:`)).toBe(true);
      if (instanceId === null) expect(text).toBe(`${String(generationId)}:${memberId}`);
    });
  }

  #heartbeat(index: number): void {
    const { memberId, generationId, instanceId } = this.#slot(index);
    this.#ask(
      this.kit.coordinator.heartbeat({ groupId: GROUP, memberId, generationId, groupInstanceId: instanceId }),
      (code) => expect([0, 22, 25, 27, 82]).toContain(code),
    );
  }

  #leave(index: number): void {
    const { memberId, instanceId } = this.#slot(index);
    this.#ask(this.kit.coordinator.leave(GROUP, [{ memberId, groupInstanceId: instanceId }]), ({ members }) =>
      expect([0, 25, 82]).toContain(members[0]?.errorCode),
    );
  }

  #commit(index: number, offset: number): void {
    const { memberId, generationId, instanceId } = this.#slot(index);
    const partition = {
      partitionIndex: 0,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: -1,
      commitTimestamp: -1n,
    };
    const topics = [{ name: 't', partitions: [{ ...partition, committedMetadata: null }] }];
    const request = {
      groupId: GROUP,
      generationId,
      memberId,
      groupInstanceId: instanceId,
      retentionTimeMs: -1n,
      topics,
    };
    this.#ask(this.kit.coordinator.commitOffsets(request), (result) => {
      const errorCode = result.topics[0]?.partitions[0]?.errorCode;
      expect([0, 15, 16, 22, 25, 27, 82]).toContain(errorCode);
      if (errorCode === COORDINATOR_NOT_AVAILABLE) this.#unsure.push(BigInt(offset));
      if (errorCode !== 0) return;
      this.#lastAcknowledged = BigInt(offset);
      this.#unsure = [];
    });
  }

  /** The last acknowledged commit counts, or a later one that took too long and was committed all the same. */
  #checkOffset(): void {
    const [topic] = this.kit.coordinator.fetchOffsets({
      groupId: GROUP,
      topics: [{ name: 't', partitionIndexes: [0] }],
    }).topics;
    expect([this.#lastAcknowledged ?? -1n, ...this.#unsure]).toContain(topic?.partitions[0]?.committedOffset);
  }

  state(): unknown {
    return {
      group: this.kit.coordinator.describeGroups([GROUP]),
      offsets: this.kit.coordinator.fetchOffsets({ groupId: GROUP, topics: null }),
    };
  }
}

describe('a group under random members', () => {
  it('answers each request once, agrees on generations and keeps what it acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const run = new Run();
        await run.start();
        let highest = 0;
        for (const action of steps) {
          await run.do(action);
          expect(run.highestGeneration).toBeGreaterThanOrEqual(highest);
          highest = run.highestGeneration;
        }
        await run.finish();
      }),
      { numRuns: 200 },
    );
  });

  it('is the same after a restart from its log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const run = new Run();
        await run.start();
        // A record that was refused, or given up before it was sent, would be missing from the log, as it should be.
        run.kit.config = { ...run.kit.config, offsetsCommitTimeoutMs: NEVER_MS };
        for (const action of steps) if (action.kind !== 'refuse') await run.do(action);
        run.kit.log.releaseCommits();
        await run.kit.advance(0);
        const [group] = run.kit.coordinator.describeGroups([GROUP]);
        // In the middle of a rebalance the stored generation is the one before.
        fc.pre(
          group?.groupState === 'Stable' || (group?.groupState === 'Empty' && group.protocolType !== ''),
        );
        const before = run.state();
        await run.kit.restart();
        expect(run.state()).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });
});
