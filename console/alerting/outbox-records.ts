/**
 * The outbox as records: what waits, claims of attempts, and how they ended. In the database; while that fails in the book
 * (outbox-book.ts), and the database is told later. Nobody who sends has to know which.
 */
import { readChannel, readChannels, type StoredChannel } from '../store/alert-channels.ts';
import type { Fence } from '../store/alert-transitions.ts';
import { databaseHealth } from '../store/database-health.ts';
import type { Database } from '../store/database.ts';
import {
  claimAttempt,
  keepOutcome,
  readPending,
  readPendingChannels,
  type AttemptOutcome,
  type PendingDelivery,
} from '../store/outbox.ts';
import { isStoreFailure } from '../store/store-error.ts';
import type { AlertBook } from './alert-book.ts';
import type { PlannedMessage } from './delivery-plan.ts';

/** Where the outbox is read from now. */
export type Source = 'database' | 'book';

export interface Due {
  readonly source: Source;
  readonly channelIds: readonly string[];
}

/** What waits for one channel. */
export interface Errand {
  readonly source: Source;
  readonly pending: readonly PendingDelivery[];
  readonly channel: StoredChannel | null;
}

/** `written`: the database has it; `known`: only this process; `elsewhere`: another process was faster. */
export type Claim = 'written' | 'known' | 'elsewhere';

export interface OutboxRecordsOptions {
  readonly database: Database;
  readonly channelKey: Buffer;
  readonly nowMs: () => number;
  readonly book: AlertBook;
  readonly fence: () => Fence | null;
  readonly log: (line: string) => void;
}

/** Channels as this process knows them are at most so old when the database begins to fail. */
const CHANNELS_EVERY_MS = 10_000;

export class OutboxRecords {
  readonly #options: OutboxRecordsOptions;
  #channelsReadMs = -Infinity;

  constructor(options: OutboxRecordsOptions) {
    this.#options = options;
  }

  /**
   * For which channels something waits; what is owed to the database is written first. `busy` ones have attempts under way.
   * While the database is known to fail, nobody waits for it: whether it is back is found out on the side.
   */
  async due(busy: Iterable<string>, first: () => Promise<void>): Promise<Due> {
    const { database, book, fence } = this.#options;
    if (databaseHealth().state === 'failing') {
      void book.flush(database, fence()).catch((error: unknown) => {
        this.#failed(error);
      });
      return { source: 'book', channelIds: book.outbox.channelIds() };
    }
    try {
      await book.flush(database, fence());
      await first();
      await this.#readChannels();
      const channelIds = await readPendingChannels(database);
      // Owed since a moment ago: what was read is not the whole of it.
      if (!book.isOwing) {
        book.outbox.seeChannels([...channelIds, ...busy]);
        return { source: 'database', channelIds };
      }
    } catch (error) {
      this.#failed(error);
    }
    return { source: 'book', channelIds: book.outbox.channelIds() };
  }

  /** Whatever it was: people are told from what is known here. A failing database says so itself. */
  #failed(error: unknown): void {
    if (!isStoreFailure(error)) this.#options.log(`the outbox in the database: ${String(error)}`);
  }

  async #readChannels(): Promise<void> {
    const { database, channelKey, nowMs, book } = this.#options;
    if (Math.abs(nowMs() - this.#channelsReadMs) < CHANNELS_EVERY_MS) return;
    book.outbox.knowChannels(await readChannels(database, channelKey));
    this.#channelsReadMs = nowMs();
  }

  async errandOf(channelId: string, from: Source): Promise<Errand> {
    const { database, channelKey, book } = this.#options;
    if (from === 'database') {
      try {
        const pending = await readPending(database, channelId);
        const channel = await readChannel(database, channelKey, channelId);
        if (!book.isOwing) {
          book.outbox.see(channelId, pending);
          return { source: 'database', pending, channel };
        }
      } catch (error) {
        this.#failed(error);
      }
    }
    const { outbox } = book;
    return { source: 'book', pending: outbox.pendingOf(channelId), channel: outbox.channel(channelId) };
  }

  /** An attempt that cannot be written down is made all the same: not being told is worse than being told twice. */
  async claim(source: Source, { deliveries, batch }: PlannedMessage, retryAtMs: number): Promise<Claim> {
    const { database, book } = this.#options;
    let claim: Claim = 'known';
    if (source === 'database') {
      try {
        if (!(await claimAttempt(database, deliveries, batch, retryAtMs))) return 'elsewhere';
        claim = 'written';
      } catch (error) {
        this.#failed(error);
      }
    }
    book.outbox.claim(deliveries, batch, retryAtMs);
    return claim;
  }

  /** Of an attempt that the database does not know of (`isClaimed` false), it is told by the next flush. */
  async end(
    { deliveries, batch }: Pick<PlannedMessage, 'deliveries' | 'batch'>,
    isClaimed: boolean,
    outcome: AttemptOutcome,
  ): Promise<void> {
    const { outbox } = this.#options.book;
    outbox.settle(deliveries, outcome);
    if (isClaimed) {
      try {
        await keepOutcome(this.#options.database, deliveries, outcome);
        return;
      } catch (error) {
        this.#failed(error);
      }
    }
    outbox.owe({ deliveries, batch, isClaimed, outcome });
  }

  /** Gives up what was not tried now. */
  async bury(source: Source, deliveries: readonly PendingDelivery[], note: string): Promise<void> {
    const isClaimed = source === 'database';
    // One by one where the database is told later: what is owed is told by what was tried together.
    const parts = isClaimed ? [deliveries] : deliveries.map((each) => [each]);
    for (const part of parts) {
      const [first] = part;
      if (first === undefined) continue;
      const ended = { sentAtMs: null, nextAttemptAtMs: null, attempts: isClaimed ? null : first.attempts };
      await this.end({ deliveries: part, batch: first.id }, isClaimed, { ...ended, state: 'dead', note });
    }
  }
}
