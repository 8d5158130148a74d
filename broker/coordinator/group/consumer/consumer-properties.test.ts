/**
 * A consumer group under members that come, go, dawdle and lose answers, while topics come and grow and the log holds back or
 * refuses what is written. Whatever happens: no partition is worked on by two members that the coordinator both believes in,
 * epochs only rise, and when it is quiet everybody ends with a share, each partition once.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionImage } from '../../../controller/image.ts';
import { partitionRecord } from '../../../controller/metadata-record.ts';
import { GroupTestKit, TEST_CONFIG, TEST_TIMES } from '../group-test-kit.ts';
import { TestMember } from './consumer-test-kit.ts';
import { toTopicList } from './topic-partitions.ts';

const SLOTS = 4;

type Step =
  | { readonly kind: 'join' | 'beat' | 'say' | 'leave' | 'pause' | 'lose'; readonly slot: number }
  | { readonly kind: 'subscribe'; readonly slot: number; readonly topics: readonly string[] }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'refuse' | 'grow' | 'create' | 'hold' | 'release' | 'restart' };

const slot = fc.nat(SLOTS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('join' as const), slot }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('beat' as const, 'say' as const), slot }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'pause' as const), slot }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), slot }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('subscribe' as const),
      slot,
      topics: fc.subarray(['t', 'u', 'v']),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(10, 4_000, 30_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(...(['refuse', 'grow', 'create', 'hold', 'release', 'restart'] as const)),
    }),
  },
);

class Life {
  readonly kit = new GroupTestKit({
    consumer: {
      ...TEST_CONFIG.consumer,
      timesOf: () => ({ ...TEST_TIMES, assignmentIntervalMs: 1_000 }),
    },
  });
  /** The last one is a static member. */
  readonly members: TestMember[] = Array.from(
    { length: SLOTS },
    (_, index) => new TestMember(this.kit, `m${String(index)}`, index === SLOTS - 1 ? 'static' : null),
  );
  #groupEpoch = 0;

  async start(): Promise<void> {
    await this.kit.start();
    this.kit.change([{ type: 'FeatureLevelRecord', name: 'group.version', featureLevel: 1 }]);
    this.kit.createTopic('t', 5);
  }

  async do(action: Step): Promise<void> {
    await this.#act(action);
    await this.kit.advance(1);
    this.check();
  }

  async #act(action: Step): Promise<void> {
    const { kit } = this;
    const member = 'slot' in action ? this.members[action.slot] : undefined;
    switch (action.kind) {
      case 'join':
        if (member?.epoch === 0) void member.join();
        return;
      case 'beat':
        if ((member?.epoch ?? 0) > 0) void member?.beat();
        return;
      case 'say':
        // It says nothing of what it owns, and does not do what it is told.
        if ((member?.epoch ?? 0) > 0) void member?.say();
        return;
      case 'subscribe':
        if ((member?.epoch ?? 0) > 0) void member?.beat({ subscribedTopicNames: action.topics });
        return;
      case 'lose':
        // The answer never comes: the member asks again, as it was.
        if (member === undefined || member.epoch <= 0) return;
        void member.send({ topicPartitions: toTopicList(member.owned) });
        member.isUnsure = true;
        return;
      case 'leave':
      case 'pause': {
        if (member === undefined || member.epoch <= 0) return;
        const isStatic = member.instanceId !== null && action.kind === 'pause';
        void member.send({ memberEpoch: isStatic ? -2 : -1 });
        return member.lose();
      }
      case 'advance':
        return kit.advance(action.ms);
      case 'refuse':
        kit.log.refuseWith = kit.log.refuseWith === 0 ? 19 : 0;
        return;
      case 'hold':
        return kit.log.holdCommits();
      case 'release':
        return kit.log.releaseCommits();
      case 'create':
        if (!kit.image.topicsByName.has('u')) kit.createTopic('u', 2);
        return;
      case 'grow': {
        const topic = kit.image.topicsByName.get('t');
        const partition = topic?.partitions.size ?? 0;
        if (partition < 8)
          kit.change([partitionRecord(topic?.topicId ?? '', partitionImage({ partition, replicas: [0] }))]);
        return;
      }
      case 'restart':
        // What was held back is lost with the broker or committed: here it is committed.
        kit.log.releaseCommits();
        await kit.advance(1);
        return kit.restart();
    }
  }

  #described() {
    const [group] = this.kit.coordinator.describeConsumerGroups(['g']);
    return group?.errorCode === 0 ? group : null;
  }

  check(): void {
    const group = this.#described();
    const known = new Set(group?.members.map(({ memberId }) => memberId));
    const workers = new Map<string, string>();
    for (const { memberId, owned } of this.members) {
      // One that was thrown out works on until it hears of it.
      if (!known.has(memberId)) continue;
      for (const [topicId, partitions] of owned) {
        for (const partition of partitions) {
          const key = `${topicId}-${String(partition)}`;
          expect(workers.get(key) ?? memberId, key).toBe(memberId);
          workers.set(key, memberId);
        }
      }
    }
    if (group === null) return;
    expect(group.groupEpoch).toBeGreaterThanOrEqual(group.assignmentEpoch);
    if (group.members.length > 0) expect(group.groupEpoch).toBeGreaterThanOrEqual(this.#groupEpoch);
    this.#groupEpoch = group.groupEpoch;
  }

  async settle(): Promise<void> {
    this.kit.log.refuseWith = 0;
    this.kit.log.releaseCommits();
    await this.kit.advance(1);
    for (let round = 0; round < 8; round++) {
      for (const member of this.members) {
        const said = member.epoch > 0 ? await member.beat() : await member.join();
        if (/^[A-Z_]+$/.test(said)) member.lose();
        this.check();
      }
      await this.kit.advance(30_000);
    }
    for (const member of this.members) {
      await member.beat({ subscribedTopicNames: ['t', 'u'] });
      await this.kit.advance(1_000);
    }
    for (let round = 0; round < 6; round++) {
      for (const member of this.members) await member.beat();
      await this.kit.advance(1_000);
      this.check();
    }
  }
}

describe('a consumer group under random members', () => {
  it('never gives a partition to two, and ends with every partition read by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
        const life = new Life();
        await life.start();
        for (const action of steps) await life.do(action);
        await life.settle();
        const { kit, members } = life;
        const [group] = kit.coordinator.describeConsumerGroups(['g']);
        expect(group).toMatchObject({ groupState: 'Stable', errorCode: 0 });
        const loads = members.map(({ owned }) =>
          [...owned.values()].reduce((sum, { size }) => sum + size, 0),
        );
        const total = ['t', 'u'].reduce(
          (sum, name) => sum + (kit.image.topicsByName.get(name)?.partitions.size ?? 0),
          0,
        );
        expect(loads.reduce((sum, load) => sum + load, 0)).toBe(total);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
        expect(kit.errors).toEqual([]);
        const before = kit.coordinator.describeConsumerGroups(['g']);
        await kit.restart();
        expect(kit.coordinator.describeConsumerGroups(['g'])).toEqual(before);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
