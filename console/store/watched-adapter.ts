/**
 * The one way to the database: Prisma's adapter of it, with what every call has in common.
 *
 * - What the driver's errors say of the database becomes a StoreError in words, and is noted as its health.
 * - A lock is waited for here, not in the driver, which would stop the whole process for that time (SQLite answers
 *   synchronously): short tries with pauses, for RETRY_LIMIT_MS at most, each call from its own beginning.
 * - Inside a transaction nothing is tried again: the whole of it is, by transact().
 */
import type {
  ConnectionInfo,
  IsolationLevel,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';
import { isWriteConflict, translated } from './database-failure.ts';
import { noteDatabaseAnswer, noteDatabaseFailure } from './database-health.ts';
import type { DatabaseKind } from './dialect/dialect.ts';
import { StoreError } from './store-error.ts';

/** How long a call waits for a lock. Shorter than what Prisma gives a transaction to begin. */
export const RETRY_LIMIT_MS = 4_000;
const PAUSE_MIN_MS = 4;
const PAUSE_MAX_MS = 60;

export interface Watched {
  readonly kind: DatabaseKind;
  /** How it is called in messages. */
  readonly shown: string;
  /** Throws a StoreError when the database is not what was opened any more. */
  readonly check?: () => void;
  readonly reportsHealth: boolean;
}

const readWords = /^\s*(?:SELECT|PRAGMA|SHOW|WITH)\b/i;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The calls that a connection and a transaction have in common, with their errors put into words. */
class Calls {
  readonly watched: Watched;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  /** The error to throw. */
  failed(error: unknown, isWrite: boolean): unknown {
    const known = translated(this.watched.kind, this.watched.shown, error);
    if (known instanceof StoreError && this.watched.reportsHealth) {
      const needsWrite = isWrite && known.kind !== 'unreachable';
      noteDatabaseFailure(known.message, new Date(), needsWrite);
    }
    return known;
  }

  answered(wrote: boolean): void {
    if (this.watched.reportsHealth) noteDatabaseAnswer(wrote);
  }

  async once<T>(isWrite: boolean, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.failed(error, isWrite);
    }
  }

  async untilUnlocked<T>(isWrite: boolean, call: () => Promise<T>): Promise<T> {
    const { kind, shown, check } = this.watched;
    const giveUpAtMs = performance.now() + RETRY_LIMIT_MS;
    for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
      try {
        check?.();
        return await call();
      } catch (error) {
        const known = translated(kind, shown, error);
        const isConflict = isWriteConflict(known);
        const isLocked = kind === 'sqlite' && known instanceof StoreError && known.kind === 'busy';
        if ((!isConflict && !isLocked) || performance.now() >= giveUpAtMs)
          throw this.failed(isConflict ? lostEveryTime(shown, error) : known, isWrite);
      }
      await pause(pauseMs * (0.5 + Math.random()));
    }
  }
}

const lostEveryTime = (shown: string, cause: unknown): StoreError =>
  new StoreError(
    'busy',
    `The database ${shown} is changed by too many at once; the console goes on trying.`,
    {
      cause,
    },
  );

class WatchedTransaction implements Transaction {
  readonly #inner: Transaction;
  readonly #calls: Calls;
  #wrote = false;

  constructor(inner: Transaction, calls: Calls) {
    this.#inner = inner;
    this.#calls = calls;
  }

  get provider(): Transaction['provider'] {
    return this.#inner.provider;
  }
  get adapterName(): string {
    return this.#inner.adapterName;
  }
  get options(): Transaction['options'] {
    return this.#inner.options;
  }

  #statement<T>(query: SqlQuery, call: () => Promise<T>): Promise<T> {
    const isWrite = !readWords.test(query.sql);
    this.#wrote ||= isWrite;
    return this.#calls.once(isWrite, call);
  }
  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.#statement(query, () => this.#inner.queryRaw(query));
  }
  executeRaw(query: SqlQuery): Promise<number> {
    return this.#statement(query, () => this.#inner.executeRaw(query));
  }
  async commit(): Promise<void> {
    await this.#calls.once(true, () => this.#inner.commit());
    this.#calls.answered(this.#wrote);
  }
  rollback(): Promise<void> {
    return this.#inner.rollback();
  }
  createSavepoint(name: string): Promise<void> {
    return this.#calls.once(true, async () => this.#inner.createSavepoint?.(name));
  }
  rollbackToSavepoint(name: string): Promise<void> {
    return this.#calls.once(true, async () => this.#inner.rollbackToSavepoint?.(name));
  }
  releaseSavepoint(name: string): Promise<void> {
    return this.#calls.once(true, async () => this.#inner.releaseSavepoint?.(name));
  }
}

class WatchedAdapter implements SqlDriverAdapter {
  readonly #inner: SqlDriverAdapter;
  readonly #calls: Calls;

  constructor(inner: SqlDriverAdapter, watched: Watched) {
    this.#inner = inner;
    this.#calls = new Calls(watched);
  }

  get provider(): SqlDriverAdapter['provider'] {
    return this.#inner.provider;
  }
  get adapterName(): string {
    return this.#inner.adapterName;
  }

  async #statement<T>(query: SqlQuery, call: () => Promise<T>): Promise<T> {
    const isWrite = !readWords.test(query.sql);
    const result = await this.#calls.untilUnlocked(isWrite, call);
    this.#calls.answered(isWrite);
    return result;
  }
  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.#statement(query, () => this.#inner.queryRaw(query));
  }
  executeRaw(query: SqlQuery): Promise<number> {
    return this.#statement(query, () => this.#inner.executeRaw(query));
  }
  executeScript(script: string): Promise<void> {
    return this.#calls.once(true, () => this.#inner.executeScript(script));
  }
  async startTransaction(isolation?: IsolationLevel): Promise<Transaction> {
    const begin = (): Promise<Transaction> => this.#inner.startTransaction(isolation);
    return new WatchedTransaction(await this.#calls.untilUnlocked(true, begin), this.#calls);
  }
  getConnectionInfo(): ConnectionInfo {
    return this.#inner.getConnectionInfo?.() ?? { supportsRelationJoins: false };
  }
  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}

export function watchedFactory(inner: SqlDriverAdapterFactory, watched: Watched): SqlDriverAdapterFactory {
  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    connect: async () => new WatchedAdapter(await inner.connect(), watched),
  };
}
