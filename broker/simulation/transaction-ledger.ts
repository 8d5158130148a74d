/**
 * What the clients of a simulated cluster know of their transactions, held against what is committed: none counts that
 * nobody asked to commit, and one that was committed counts whole, in all its partitions and with its offsets. One that a
 * client asked to commit without ever being answered may be either, but not in part.
 *
 * Transactions of one transactional id have rising numbers, which are the offsets that they commit, too.
 */
import { hold } from './broken-promise.ts';
import type { CommittedLog } from './committed-log.ts';
import type { PartitionWatch } from './partition-watch.ts';

/** Of a transaction, as its client knows it. */
type Wish = 'open' | 'commit asked' | 'committed';

export interface ClientTransaction {
  /** `transactionalId:number` */
  readonly name: string;
  readonly number: number;
  wish: Wish;
  hasOffset: boolean;
  /** By partition: what was acknowledged. */
  readonly acknowledged: Map<CommittedLog, string[]>;
}

export interface Owner {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

const VALUE = /^t(?<name>[^:]+:\d+):\d+$/;

/** Of the nth record of a transaction. */
export function valueOf({ name }: ClientTransaction, nth: number): string {
  return `t${name}:${String(nth)}`;
}

/** The transaction that a record says it is of; null when it is of none. */
export function transactionOf(value: string): string | null {
  return VALUE.exec(value)?.groups?.['name'] ?? null;
}

export interface LedgerOptions {
  readonly watch: PartitionWatch;
  /** Something that was committed in the topic may be gone with all devices that had it. */
  readonly mayForget: (topic: string) => boolean;
}

const STATE_TOPIC = '__transaction_state';
const OFFSETS_TOPIC = '__consumer_offsets';

export class TransactionLedger {
  readonly #options: LedgerOptions;
  readonly #transactions = new Map<string, ClientTransaction>();
  readonly #newest = new Map<string, number>();
  readonly #owners = new Map<string, Owner & { readonly number: number }>();
  #ownersSeen = 0;
  /** By transaction: read before its marker was committed (see PartitionWatch), so what was told must come true. */
  readonly #early = new Map<string, { readonly isLeftOut: boolean; readonly what: string }>();
  committed = 0;
  readCommitted = 0;
  leftOut = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** The coordinators may have lost what was decided. */
  get isExcused(): boolean {
    return this.#options.mayForget(STATE_TOPIC);
  }

  logOf(topicId: string, partition: number): CommittedLog {
    return this.#options.watch.logOf(topicId, partition);
  }

  begin(transactionalId: string): ClientTransaction {
    const number = (this.#newest.get(transactionalId) ?? 0) + 1;
    const name = `${transactionalId}:${String(number)}`;
    const begun: ClientTransaction = {
      ...{ name, number, wish: 'open', hasOffset: false },
      acknowledged: new Map<CommittedLog, string[]>(),
    };
    this.#newest.set(transactionalId, number);
    this.#transactions.set(name, begun);
    return begun;
  }

  /**
   * A producer was told that it is the id's; gives its number among those who were. An answer may come late, when the one after
   * it is known already: then it never was.
   */
  owned(transactionalId: string, { producerId, producerEpoch }: Owner): number {
    const known = this.#owners.get(transactionalId);
    const number = ++this.#ownersSeen;
    const isLate = known?.producerId === producerId && known.producerEpoch > producerEpoch;
    if (!isLate) this.#owners.set(transactionalId, { producerId, producerEpoch, number });
    return number;
  }

  isOwner(transactionalId: string, number: number): boolean {
    return this.#owners.get(transactionalId)?.number === number;
  }

  /** What was sent by a producer after another was told to be the id's must have been refused. */
  mustBeRefused(who: string, what: string): void {
    hold(this.isExcused, () => `${who} was not refused: ${what}`);
  }

  acknowledged(to: ClientTransaction, log: CommittedLog, values: readonly string[]): void {
    to.acknowledged.set(log, [...(to.acknowledged.get(log) ?? []), ...values]);
  }

  wasCommitted(one: ClientTransaction): void {
    one.wish = 'committed';
    this.committed++;
  }

  /** A reader of committed records was given this one, or left it out as aborted. */
  read(log: CommittedLog, producerId: number, offset: number, value: string, isLeftOut: boolean): void {
    if (isLeftOut) this.leftOut++;
    else this.readCommitted++;
    if (log.isExcused) return;
    const { committed } = log.transactions.at(producerId, offset) ?? {};
    const what = (): string => `[${value}] at ${String(offset)} of ${log.name}`;
    hold(committed === !isLeftOut || committed === null, () => {
      return `a reader of committed records ${isLeftOut ? 'left out' : 'was given'} ${what()}, of a transaction that is ${inWords(committed)}`;
    });
    const name = transactionOf(value) ?? '';
    const known = this.#transactions.get(name);
    if (committed === null) this.#early.set(name, { isLeftOut, what: what() });
    hold(isLeftOut || this.isExcused || (known !== undefined && known.wish !== 'open'), () => {
      return `a reader of committed records was given ${what()}, and nobody asked to commit it`;
    });
  }

  /** The group of this name and id was asked for its offset, of which `least` was told to be committed; -1: it has none. */
  readOffset(transactionalId: string, offset: number, least: number): void {
    if (this.isExcused || this.#options.mayForget(OFFSETS_TOPIC)) return;
    const known = this.#transactions.get(`${transactionalId}:${String(offset)}`);
    hold(offset >= least && (offset === -1 || (known?.hasOffset === true && known.wish !== 'open')), () => {
      return `group ${transactionalId} has the offset ${String(offset)}, ${String(least)} was committed (${known?.wish ?? 'no transaction'})`;
    });
  }

  /** The least offset that its group must have: of the last that is known to be committed with one. */
  leastOffset(transactionalId: string): number {
    let least = -1;
    for (const one of this.#transactions.values()) {
      const isOfId = one.name === `${transactionalId}:${String(one.number)}`;
      if (isOfId && one.wish === 'committed' && one.hasOffset) least = Math.max(least, one.number);
    }
    return least;
  }

  /** At the end, when nothing is open any more. `seen`: what readers of committed records were given, from the beginning on. */
  checkEnd(seen: ReadonlySet<string>): void {
    const fates = this.#fates();
    if (this.isExcused) return;
    for (const one of this.#transactions.values()) {
      const { name, wish, acknowledged } = one;
      const outcomes = fates.get(name) ?? new Set<boolean>();
      hold(outcomes.size < 2, () => `transaction ${name} is committed in part (${wish})`);
      hold(wish !== 'open' || !outcomes.has(true), () => {
        return `transaction ${name} is committed, and nobody asked for it`;
      });
      hold(wish !== 'committed' || !outcomes.has(false), () => {
        return `transaction ${name} is aborted, and its client was told that it is committed`;
      });
      const early = this.#early.get(name);
      hold(early === undefined || !outcomes.has(early.isLeftOut), () => {
        return `a reader of committed records ${early?.isLeftOut === true ? 'left out' : 'was given'} ${String(early?.what)} before its end, which is another`;
      });
      const isCommitted = wish === 'committed' || outcomes.has(true);
      for (const [log, values] of isCommitted ? acknowledged : []) {
        const missing = log.isExcused ? [] : values.filter((value) => !seen.has(value));
        hold(missing.length === 0, () => {
          return `[${missing.join()}] of the committed transaction ${name} in ${log.name} is not seen`;
        });
      }
    }
  }

  /** What the markers in the partitions decided of each. */
  #fates(): Map<string, Set<boolean>> {
    const fates = new Map<string, Set<boolean>>();
    for (const { isExcused, transactions } of this.#options.watch.logs) {
      if (isExcused) continue;
      for (const { clientTransaction, committed } of transactions.decided) {
        if (clientTransaction === null || committed === null) continue;
        const outcomes = fates.get(clientTransaction) ?? new Set<boolean>();
        fates.set(clientTransaction, outcomes.add(committed));
      }
    }
    return fates;
  }
}

function inWords(committed: boolean | null | undefined): string {
  if (committed === undefined || committed === null) return 'not there';
  return committed ? 'committed' : 'aborted';
}
