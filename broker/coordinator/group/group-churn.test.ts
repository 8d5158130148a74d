/**
 * Fifty consumers come, leave and die at random for five minutes of virtual time, dynamic and static ones, while the
 * coordinator is killed and its log refuses now and then. At no time has a partition two owners in one generation, no
 * committed offset goes back, and ten seconds after the last change the group is stable with every partition owned.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { GroupTestKit } from './group-test-kit.ts';
import { Ledger, SimulatedConsumer, TOPIC } from './simulated-consumer.ts';

const PARTITIONS = 60;
const CONSUMERS_MAX = 50;
const CHURN_MS = 300_000;
const SETTLE_MS = 10_000;

class Churn {
  readonly kit: GroupTestKit;
  readonly ledger = new Ledger();
  readonly failures: unknown[] = [];
  consumers: SimulatedConsumer[] = [];
  restarts = 0;
  generations = new Set<number>();

  constructor(seed: number) {
    this.kit = new GroupTestKit({}, seed);
  }

  async run(): Promise<void> {
    await this.kit.start();
    this.kit.createTopic(TOPIC, PARTITIONS);
    const { random } = this.kit.platform;
    let elapsedMs = 0;
    while (elapsedMs < CHURN_MS) {
      await this.#change(random.below(100));
      const waitMs = random.below(4_000);
      elapsedMs += waitMs;
      await this.kit.advance(waitMs);
      this.kit.log.refuseWith = 0;
      for (const consumer of this.consumers) this.generations.add(consumer.generationId);
      for (const failure of this.failures) throw failure;
    }
    await this.kit.advance(SETTLE_MS);
    for (const failure of this.failures) throw failure;
  }

  async #change(dice: number): Promise<void> {
    const { random } = this.kit.platform;
    const victim = this.consumers[random.below(this.consumers.length)];
    if (dice < 45 || victim === undefined) this.#start(random.below(4) === 0);
    else if (dice < 65) await this.#stop(victim, false);
    else if (dice < 88) await this.#stop(victim, true);
    else if (dice < 96) {
      this.restarts += 1;
      await this.kit.restart();
    } else this.kit.log.refuseWith = ErrorCode.NOT_ENOUGH_REPLICAS;
  }

  #start(isStatic: boolean): void {
    if (this.consumers.length >= CONSUMERS_MAX) return;
    const free = Array.from({ length: 8 }, (_, index) => `static-${String(index)}`).find(
      (id) => !this.consumers.some(({ instanceId }) => instanceId === id),
    );
    const consumer = new SimulatedConsumer(
      this.kit,
      this.ledger,
      PARTITIONS,
      isStatic ? (free ?? null) : null,
    );
    this.consumers.push(consumer);
    consumer.run().catch((error: unknown) => this.failures.push(error));
  }

  async #stop(consumer: SimulatedConsumer, silently: boolean): Promise<void> {
    this.consumers = this.consumers.filter((each) => each !== consumer);
    if (silently) consumer.kill();
    else await consumer.leave();
  }
}

describe('a group whose members come and go', () => {
  it.each([1, 2])('keeps its promises and settles (seed %d)', async (seed) => {
    const churn = new Churn(seed);
    await churn.run();
    const alive = churn.consumers.filter(({ alive: isAlive }) => isAlive);
    expect(churn.generations.size).toBeGreaterThan(20);
    expect(churn.restarts).toBeGreaterThan(3);
    expect(alive.length).toBeGreaterThan(0);
    expect(churn.kit.coordinator.describeGroups(['g'])[0]).toMatchObject({ groupState: 'Stable' });
    expect(alive.every(({ isMember }) => isMember)).toBe(true);
    const owned = alive.flatMap((consumer) => consumer.owned).sort((a, b) => a - b);
    expect(owned).toEqual(Array.from({ length: PARTITIONS }, (_, partition) => partition));
    expect(churn.ledger.acknowledged.size).toBe(PARTITIONS);
  });
});
