/**
 * The clients of a simulated cluster: producers, consumers and who commits offsets in every life, and in some lives
 * transactional producers and readers of committed records beside them. What all of them were told is held against what
 * is committed, at every moment and at the end.
 */
import type { SeededRandom } from '../platform/memory/memory-time.ts';
import { ClientHistory } from './client-history.ts';
import { SimulatedCommitter } from './committing.ts';
import { SimulatedCommittedReader } from './committed-reading.ts';
import { SimulatedConsumer } from './consuming.ts';
import type { PartitionWatch } from './partition-watch.ts';
import { SimulatedProducer } from './producing.ts';
import type { SimulatedClient } from './simulated-client.ts';
import { LONGEST_TIMEOUT_MS, SimulatedTransactor } from './transacting.ts';
import { TransactionLedger } from './transaction-ledger.ts';

/** Who does something until it is told to stop. */
export interface Actor {
  stop(): void;
  readonly isDone: boolean;
  run(): Promise<void>;
}

export interface WorkloadOptions {
  readonly random: SeededRandom;
  readonly watch: PartitionWatch;
  readonly client: (name: string) => SimulatedClient;
  /** What the cluster has agreed on. */
  readonly isLeader: (brokerId: number, topicId: string, partition: number) => boolean;
  /** Its id, as the cluster has agreed on; undefined when there is no such topic. */
  readonly topicIdOf: (topic: string) => string | undefined;
  readonly transactions: boolean;
  readonly log: (line: string) => void;
}

/** Two of them have one transactional id. */
const TRANSACTIONAL_IDS = ['x0', 'x1', 'x1'] as const;
/** Nothing is open for longer than it may be, and as much as looking for it and ending it take. */
const ENDING_MS = 10_000;
export const TRANSACTIONS_END_MS = LONGEST_TIMEOUT_MS + ENDING_MS;

export class Workload {
  readonly history: ClientHistory;
  readonly ledger: TransactionLedger;
  readonly actors: readonly Actor[];
  readonly #options: WorkloadOptions;
  readonly #transactors: readonly SimulatedTransactor[];
  readonly #committedReaders: readonly SimulatedCommittedReader[];

  constructor(options: WorkloadOptions) {
    const { watch, random, transactions, topicIdOf } = options;
    this.#options = options;
    this.history = new ClientHistory(watch);
    this.ledger = new TransactionLedger({
      watch,
      mayForget: (topic) => {
        const topicId = topicIdOf(topic);
        return [...watch.logs].some(
          ({ isExcused, name }) => isExcused && topicId !== undefined && name.startsWith(`${topicId}:`),
        );
      },
    });
    const pauseMs = 150 + random.below(3) * 200;
    const plain = this.#plainActors(pauseMs);
    this.#transactors = transactions ? this.#makeTransactors(pauseMs) : [];
    this.#committedReaders = transactions ? this.#makeCommittedReaders(pauseMs) : [];
    this.actors = [...plain, ...this.#transactors, ...this.#committedReaders];
  }

  /** Partitions in which a transaction is open. */
  get openPartitions(): number {
    let count = 0;
    for (const { isExcused, transactions } of this.#options.watch.logs)
      if (!isExcused && transactions.openCount > 0) count++;
    // Who lost what it knew of a transaction does not end it.
    return this.ledger.isExcused ? 0 : count;
  }

  /** Each transactional id can be had: what was open under it is over then. */
  async finishTransactors(): Promise<void> {
    await Promise.all(this.#transactors.map((one) => one.finish()));
  }

  /** Readers read everything once more, and all that was promised is there. Nothing may be open any more. */
  async finish(): Promise<void> {
    await Promise.all(this.#committedReaders.map((one) => one.finish()));
    this.history.checkEnd();
    for (const { seen } of this.#committedReaders) this.ledger.checkEnd(seen);
  }

  #plainActors(pauseMs: number): Actor[] {
    const { client, isLeader, log, watch } = this.#options;
    const { history } = this;
    const actors: Actor[] = [];
    for (const [index, topic] of ['work', 'work', 'work', 'few'].entries()) {
      const isIdempotent = index !== 1;
      actors.push(
        new SimulatedProducer({
          ...{ client: client(`w${String(index)}`), history, topic, isIdempotent, isLeader, pauseMs, log },
        }),
      );
    }
    for (const [index, topic] of ['work', 'work', 'few'].entries())
      actors.push(
        new SimulatedConsumer({ client: client(`r${String(index)}`), history, topic, pauseMs: 2 * pauseMs }),
      );
    actors.push(
      new SimulatedCommitter({
        ...{ client: client('g'), history, groupId: 'group', topic: 'work', pauseMs: 2 * pauseMs },
        mayForget: () => [...watch.logs].some((one) => one.isExcused),
      }),
    );
    return actors;
  }

  #makeTransactors(pauseMs: number): SimulatedTransactor[] {
    const { client, log } = this.#options;
    const { history, ledger } = this;
    return TRANSACTIONAL_IDS.map(
      (transactionalId, index) =>
        new SimulatedTransactor({
          ...{
            client: client(`t${String(index)}`),
            history,
            ledger,
            transactionalId,
            pauseMs: pauseMs / 2,
            log,
          },
        }),
    );
  }

  #makeCommittedReaders(pauseMs: number): SimulatedCommittedReader[] {
    const { client } = this.#options;
    return [
      new SimulatedCommittedReader({
        ...{ client: client('c0'), ledger: this.ledger, topics: ['work', 'few'], pauseMs },
      }),
    ];
  }
}
