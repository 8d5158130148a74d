/**
 * Reads what a group gives this member: joins and joins again when the group changes, commits before that, in between and at the end.
 * Looks from time to time whether there are more topics or partitions; while there are none, more often.
 */
import type { GroupMember } from '../../kafka-client/consumer/group-member.ts';
import type { ConsumedRecord, RecordConsumer } from '../../kafka-client/consumer/record-consumer.ts';

/** What was to be read is given back, or something to read has come. */
export type Rebalance = 'revoked' | 'assigned';

export interface GroupReading {
  readonly autoCommit: boolean;
  readonly commitIntervalMs: number;
  readonly lookAgainMs: number;
  /** What is to be read, with the number of partitions; 0 of a topic that does not exist yet. */
  readonly topics: () => Promise<ReadonlyMap<string, number>>;
  readonly onRebalance?: (step: Rebalance) => void;
}

const LOOK_FOR_FIRST_MS = 500;

export class GroupReader {
  readonly #consumer: RecordConsumer;
  readonly #member: GroupMember;
  readonly #reading: GroupReading;
  #topics: ReadonlyMap<string, number> = new Map();
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #committedAtMs = performance.now();
  #isAssigned = false;

  constructor(consumer: RecordConsumer, member: GroupMember, reading: GroupReading) {
    this.#consumer = consumer;
    this.#member = member;
    this.#reading = reading;
  }

  async poll(waitMs: number, maxRecords: number): Promise<readonly ConsumedRecord[]> {
    if (this.#member.failure !== null) throw this.#member.failure;
    await this.#look();
    if (this.#member.mustJoin) {
      await this.#commit();
      if (this.#isAssigned) this.#reading.onRebalance?.('revoked');
      const assigned = await this.#member.join([...this.#topics.keys()]);
      await this.#consumer.assignCommitted(assigned, this.#member);
      this.#isAssigned = true;
      this.#reading.onRebalance?.('assigned');
      this.#committedAtMs = performance.now();
    } else if (performance.now() - this.#committedAtMs >= this.#reading.commitIntervalMs)
      await this.#commit();
    return this.#consumer.poll(waitMs, maxRecords);
  }

  async close(): Promise<void> {
    try {
      if (!this.#member.mustJoin) await this.#commit();
    } finally {
      await this.#member.leave();
    }
  }

  async #commit(): Promise<void> {
    this.#committedAtMs = performance.now();
    if (this.#reading.autoCommit && this.#isAssigned) await this.#member.commit(this.#consumer.positions());
  }

  async #look(): Promise<void> {
    const none = [...this.#topics.values()].every((count) => count === 0);
    const again = none ? LOOK_FOR_FIRST_MS : this.#reading.lookAgainMs;
    if (performance.now() - this.#lookedAtMs < again) return;
    this.#lookedAtMs = performance.now();
    const topics = await this.#reading.topics();
    const before = JSON.stringify([...this.#topics]);
    this.#topics = topics;
    if (JSON.stringify([...topics]) !== before) this.#member.mustJoin = true;
  }
}
