/**
 * A leader's view of its partition against a controller and followers that live their own lives: answers are late or
 * lost, images come behind, followers are fenced, wiped and come back, old fetches arrive from the past.
 *
 * Whatever happens, everybody whom the controller might make the next leader (the ISR, and the eligible replicas of
 * KIP-966) has all that this leader has called committed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PartitionImage, partitionImage } from '../controller/image.ts';
import type { BrokerEpochs } from './follower-progress.ts';
import { type IsrProposal, PartitionState } from './partition-state.ts';

const LEADER = 1;
const MAX_LAG_MS = 1000;

type Step =
  | { kind: 'append' | 'controller' | 'answer' | 'lose' | 'image' | 'shrink' | 'regain' }
  | { kind: 'wait'; ms: number }
  | { kind: 'fetch' | 'fence' | 'wipe' | 'unfence' | 'past' | 'comeBack'; id: number };

const stepOf = (id: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('append', 'controller', 'answer', 'image') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('lose', 'shrink', 'regain') }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(1, 2 * MAX_LAG_MS) }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('fetch', 'fetch', 'comeBack', 'past'), id }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('fence', 'wipe', 'unfence'), id }) },
  );

interface Follower {
  has: number;
  epoch: number;
  fenced: boolean;
}

class World {
  readonly #minIsr: number;
  readonly state: PartitionState;
  nowMs = 0;
  end = 0;
  readonly followers = new Map<number, Follower>();
  /** The truth. */
  truth: PartitionImage;
  #elr: number[] = [];
  /** What the leader's broker knows of it. */
  #known = new Map<number, BrokerEpochs>();
  #images: { partition: PartitionImage; brokers: Map<number, BrokerEpochs> }[] = [];
  #requests: IsrProposal[] = [];
  #answers: { proposal: IsrProposal; errorCode: number; partition: PartitionImage }[] = [];
  #past: { id: number; epoch: number; offset: number }[] = [];
  #highest = 0;

  constructor(minIsr: number, ids: readonly number[]) {
    this.#minIsr = minIsr;
    for (const each of ids) this.followers.set(each, { has: 0, epoch: each * 10, fenced: false });
    this.truth = partitionImage({ partition: 0, replicas: [LEADER, ...ids], leader: LEADER });
    this.#known = this.#brokers();
    this.state = new PartitionState(LEADER, 0, {
      minInsyncReplicas: () => minIsr,
      maxLagMs: () => MAX_LAG_MS,
      broker: (each) => this.#known.get(each),
    });
    this.state.apply(this.truth, 0, 0);
  }

  #brokers(): Map<number, BrokerEpochs> {
    return new Map(
      [...this.followers].map(([each, { epoch, fenced }]) => [
        each,
        { brokerEpoch: epoch, fenced, inControlledShutdown: false },
      ]),
    );
  }

  #follower(each: number): Follower {
    const found = this.followers.get(each);
    if (found === undefined) throw new Error('no such follower');
    return found;
  }

  do(next: Step): void {
    switch (next.kind) {
      case 'append':
        this.end += 1;
        this.state.advance(this.end, this.nowMs);
        break;
      case 'wait':
        this.nowMs += next.ms;
        break;
      case 'fetch':
        this.#fetch(next.id);
        break;
      case 'past':
        this.#fetchOfThePast(next.id);
        break;
      case 'fence':
        this.#fence(next.id, false);
        break;
      case 'wipe':
        this.#fence(next.id, true);
        break;
      case 'unfence':
        this.#follower(next.id).fenced = false;
        this.#publish(this.truth);
        break;
      case 'comeBack':
        this.#comeBack(next.id);
        break;
      case 'shrink':
        this.#send(this.state.proposeShrink(this.end, this.nowMs));
        break;
      case 'regain':
        this.#publish({
          ...this.truth,
          leaderEpoch: this.truth.leaderEpoch + 1,
          partitionEpoch: this.truth.partitionEpoch + 1,
        });
        break;
      case 'controller':
        this.#decide();
        break;
      case 'answer':
        this.#answer();
        break;
      case 'lose':
        this.#loseAnswer();
        break;
      case 'image':
        this.#learn();
    }
    this.check();
  }

  #fetch(each: number): void {
    const follower = this.#follower(each);
    const fetch = { replicaId: each, brokerEpoch: follower.epoch, fetchOffset: follower.has };
    this.#past.push({ id: each, epoch: follower.epoch, offset: follower.has });
    if (this.state.refusesReplica(each, follower.epoch) !== null) return;
    this.state.noteFollowerFetch(fetch, this.end, this.nowMs);
    this.#send(this.state.proposeExpand(this.end, this.nowMs, each));
    this.check();
    follower.has = this.end;
  }

  /** A request that was sent before the follower was wiped, over a connection that nobody has closed yet. */
  #fetchOfThePast(each: number): void {
    const old = this.#past.find((one) => one.id === each);
    if (old === undefined || this.state.refusesReplica(each, old.epoch) !== null) return;
    this.state.noteFollowerFetch(
      { replicaId: each, brokerEpoch: old.epoch, fetchOffset: old.offset },
      this.end,
      this.nowMs,
    );
    this.#send(this.state.proposeExpand(this.end, this.nowMs, each));
  }

  #send(proposal: IsrProposal | null): void {
    if (proposal !== null) this.#requests.push(proposal);
  }

  /** `wiped`: it also comes back without what it had, under a new registration. */
  #fence(each: number, wiped: boolean): void {
    const follower = this.#follower(each);
    follower.fenced = true;
    if (wiped) {
      follower.has = 0;
      follower.epoch += 1;
      this.#elr = this.#elr.filter((one) => one !== each);
    }
    const isr = this.truth.isr.filter((one) => one !== each);
    if (isr.length === this.truth.isr.length) return this.#publish(this.truth);
    if (!wiped && isr.length < this.#minIsr) this.#elr.push(each);
    this.#change(isr);
  }

  /** Out of the ISR, and known to be alive again. */
  #comeBack(each: number): void {
    this.#fence(each, false);
    this.#follower(each).fenced = false;
    this.#publish(this.truth);
    while (this.#images.length > 0) this.#learn();
  }

  #change(isr: readonly number[]): void {
    if (isr.length >= this.#minIsr) this.#elr = [];
    else {
      const left = this.truth.isr.filter((one) => !isr.includes(one) && !this.#elr.includes(one));
      this.#elr.push(...left.filter((one) => !this.#follower(one).fenced));
      this.#elr = this.#elr.filter((one) => !isr.includes(one));
    }
    this.#publish({ ...this.truth, isr, partitionEpoch: this.truth.partitionEpoch + 1 });
  }

  #publish(partition: PartitionImage): void {
    this.truth = partition;
    this.#images.push({ partition, brokers: this.#brokers() });
  }

  #decide(): void {
    const proposal = this.#requests.shift();
    if (proposal === undefined) return;
    const { leaderEpoch, partitionEpoch, isr } = proposal;
    const isCurrent = leaderEpoch === this.truth.leaderEpoch && partitionEpoch === this.truth.partitionEpoch;
    const isEligible = isr.every(({ brokerId, brokerEpoch }) => {
      const follower = this.followers.get(brokerId);
      return (
        follower === undefined || (!follower.fenced && (brokerEpoch === -1 || brokerEpoch === follower.epoch))
      );
    });
    if (isCurrent && isEligible) this.#change(isr.map(({ brokerId }) => brokerId));
    const errorCode = !isCurrent ? 95 : isEligible ? 0 : 107;
    this.#answers.push({ proposal, errorCode, partition: this.truth });
  }

  #answer(): void {
    const answer = this.#answers.shift();
    if (answer === undefined) return;
    const { proposal, errorCode, partition } = answer;
    if (errorCode === 0) this.state.commitIsr(proposal, partition, this.end, this.nowMs);
    else if (errorCode === 107) this.state.withdraw(proposal);
  }

  /** The leader asks again. */
  #loseAnswer(): void {
    const answer = this.#answers.shift();
    if (answer !== undefined && this.state.proposal === answer.proposal) this.#requests.push(answer.proposal);
  }

  #learn(): void {
    const next = this.#images.shift();
    if (next === undefined) return;
    this.#known = next.brokers;
    this.state.apply(next.partition, this.end, this.nowMs);
    this.state.advance(this.end, this.nowMs);
  }

  check(): void {
    const { highWatermark, isr, replicas } = this.state;
    expect(highWatermark).toBeGreaterThanOrEqual(this.#highest);
    this.#highest = highWatermark;
    expect(replicas).toEqual(expect.arrayContaining([...isr]));
    for (const each of [...this.truth.isr, ...this.#elr]) {
      const has = each === LEADER ? this.end : this.#follower(each).has;
      expect({ each, has: has >= highWatermark }).toEqual({ each, has: true });
    }
  }
}

describe('what a leader calls committed', () => {
  it.each([
    [1, [2]],
    [2, [2]],
    [1, [2, 3]],
    [2, [2, 3]],
    [3, [2, 3]],
  ])('everybody has who may lead next: min.insync.replicas %i, followers %j', (minIsr, ids) => {
    const steps = fc.array(stepOf(fc.constantFrom(...ids)), { minLength: 5, maxLength: 80 });
    fc.assert(
      fc.property(steps, (life) => {
        const world = new World(minIsr, ids);
        for (const next of life) world.do(next);
      }),
      { numRuns: 2000 },
    );
  });
});
