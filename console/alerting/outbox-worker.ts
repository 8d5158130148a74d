/**
 * Sends what waits in the outbox: for each channel one message at a time, channels independent of each other. A send that
 * hangs holds up its own channel only. Works from the database, so a restart goes on where the last process was; while that
 * fails, from what this process knows (alert-book.ts), and the database is told later.
 */
import { readChannel, type StoredChannel } from '../store/alert-channels.ts';
import type { Fence } from '../store/alert-transitions.ts';
import type { Database } from '../store/database.ts';
import { lastSentByChannel, type PendingDelivery } from '../store/outbox.ts';
import { AlertBook } from './alert-book.ts';
import type { ChannelType, SendContext, SendFailure, SendOutcome } from './channels/channel-type.ts';
import { channelTypes } from './channels/channel-types.ts';
import {
  backOffMs,
  CLAIM_MS,
  GIVE_UP_AFTER_MS,
  planMessage,
  RECIPIENT_INTERVAL_MS,
  unreadableOf,
  type PlannedMessage,
} from './delivery-plan.ts';
import { noticeSchema } from './notice.ts';
import { OutboxRecords, type Due, type Source } from './outbox-records.ts';

export interface OutboxOptions {
  readonly database: Database;
  readonly channelKey: Buffer;
  readonly context: SendContext;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** Shared with who judges. */
  readonly book?: AlertBook;
  /** Under which lease is written what was decided while the database failed; null: nobody else decides. */
  readonly fence?: () => Fence | null;
}

interface Attempt {
  readonly source: Source;
  readonly channel: StoredChannel;
  readonly type: ChannelType;
  readonly planned: PlannedMessage;
}

export class OutboxWorker {
  readonly #options: OutboxOptions;
  readonly #records: OutboxRecords;
  readonly #busy = new Map<string, Promise<void>>();
  /** By recipient. */
  readonly #lastSent = new Map<string, number>();
  #looking: Promise<Due> | null = null;
  #seeded = false;

  constructor(options: OutboxOptions) {
    const { database, channelKey, nowMs, log, book = new AlertBook(), fence = () => null } = options;
    this.#options = options;
    this.#records = new OutboxRecords({ database, channelKey, nowMs, book, fence, log });
  }

  /** Starts what is due. Resolves when every channel that was not busy has made its attempt. */
  async deliverDue(): Promise<void> {
    this.#looking ??= this.#records
      .due(this.#busy.keys(), () => this.#seedLastSent())
      .finally(() => {
        this.#looking = null;
      });
    const { source, channelIds } = await this.#looking;
    await Promise.all(
      channelIds
        .filter((channelId) => !this.#busy.has(channelId))
        .map((channelId) => {
          const work = this.#deliverChannel(channelId, source)
            .catch((error: unknown) => {
              const words = error instanceof Error ? error.message : String(error);
              this.#options.log(`alert channel ${channelId}: ${words}`);
            })
            .finally(() => {
              this.#busy.delete(channelId);
            });
          this.#busy.set(channelId, work);
          return work;
        }),
    );
  }

  /** Waits for attempts under way. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#busy.values());
  }

  /** Another process sends from now on: what is known here of when something was sent will not be the whole of it. */
  forget(): void {
    this.#seeded = false;
    this.#lastSent.clear();
  }

  /** So that a restart within a minute does not send a second message within that minute. */
  async #seedLastSent(): Promise<void> {
    if (this.#seeded) return;
    const { database, channelKey, nowMs } = this.#options;
    const recent = await lastSentByChannel(database, new Date(nowMs() - RECIPIENT_INTERVAL_MS));
    for (const [channelId, sentMs] of recent) {
      const channel = await readChannel(database, channelKey, channelId);
      const type = channel === null ? undefined : channelTypes[channel.type];
      if (channel !== null && type !== undefined) this.#noteSent(type.recipients(channel), sentMs);
    }
    this.#seeded = true;
  }

  #noteSent(recipients: readonly string[], sentMs: number): void {
    for (const recipient of recipients)
      this.#lastSent.set(recipient, Math.max(sentMs, this.#lastSent.get(recipient) ?? 0));
  }

  async #deliverChannel(channelId: string, from: Source): Promise<void> {
    const { source, pending, channel } = await this.#records.errandOf(channelId, from);
    const type = channel === null ? undefined : channelTypes[channel.type];
    if (channel === null || type === undefined) {
      // That this process does not know it is no proof that there is none.
      if (source === 'database') await this.#records.bury(source, pending, 'The channel was deleted.');
      return;
    }
    if (!channel.enabled) {
      await this.#records.bury(source, pending, 'The channel is switched off.');
      return;
    }
    const recipients = type.recipients(channel);
    let left = pending;
    for (;;) {
      const planned = this.#plan(left, recipients);
      if (planned === null) return;
      const unreadable = unreadableOf(planned.deliveries);
      if (unreadable.size === 0) {
        await this.#attempt({ source, channel, type, planned });
        return;
      }
      await this.#buryUnreadable(source, unreadable);
      left = left.filter((each) => !unreadable.has(each));
    }
  }

  #plan(pending: readonly PendingDelivery[], recipients: readonly string[]): PlannedMessage | null {
    const lastSent = recipients.map((recipient) => this.#lastSent.get(recipient) ?? 0);
    return planMessage(pending, lastSent, this.#options.nowMs());
  }

  /** What cannot be read is given up, and disturbs nothing else. */
  async #buryUnreadable(source: Source, unreadable: ReadonlyMap<PendingDelivery, string>): Promise<void> {
    this.#options.log(`${String(unreadable.size)} notices in the outbox cannot be read and are given up`);
    for (const [delivery, reason] of unreadable) {
      await this.#records.bury(source, [delivery], `What it says cannot be read: ${reason}`);
    }
  }

  /** Nothing is waited for between the plan and the note that something is sent: two channels may have one recipient. */
  async #attempt(attempt: Attempt): Promise<void> {
    const { source, channel, type, planned } = attempt;
    const { nowMs, random } = this.#options;
    const recipients = type.recipients(channel);
    this.#noteSent(recipients, nowMs());
    const retryAtMs = nowMs() + Math.max(CLAIM_MS, backOffMs(planned.attempt, random()));
    const claim = await this.#records.claim(source, planned, retryAtMs);
    if (claim === 'elsewhere') return;
    const outcome = await this.#send(attempt);
    const isClaimed = claim === 'written';
    if (outcome.ok) {
      const ended = { nextAttemptAtMs: null, attempts: planned.attempt };
      const sent = { ...ended, state: 'sent', sentAtMs: nowMs(), note: outcome.note } as const;
      await this.#records.end(planned, isClaimed, sent);
      return;
    }
    for (const recipient of recipients) this.#lastSent.delete(recipient);
    await this.#failed(attempt, isClaimed, outcome);
  }

  #send({ type, channel, planned }: Attempt): Promise<SendOutcome> {
    const notices = planned.deliveries.map(({ payload }) => noticeSchema.parse(payload));
    const attemptAtMs = this.#options.nowMs();
    const atMs = notices[0]?.atMs ?? attemptAtMs;
    const message = { notices, messageId: planned.messageId, atMs, attemptAtMs };
    return type.send(channel, message, this.#options.context);
  }

  async #failed(
    { source, channel, planned }: Attempt,
    isClaimed: boolean,
    { retriable, error: note, retryAfterMs = 0 }: SendFailure,
  ): Promise<void> {
    const { nowMs, random, log } = this.#options;
    const { deliveries, attempt } = planned;
    const what = `alert channel "${channel.name}": attempt ${String(attempt)} failed: ${note}`;
    const ended = { sentAtMs: null, note, attempts: attempt };
    if (!retriable || nowMs() - oldestMs(deliveries) > GIVE_UP_AFTER_MS) {
      log(`${what}; given up`);
      await this.#records.end(planned, isClaimed, { ...ended, state: 'dead', nextAttemptAtMs: null });
      await this.#buryRecoveries(channel.id, deliveries, source);
      return;
    }
    const waitMs = Math.max(backOffMs(attempt, random()), retryAfterMs);
    log(`${what}; next attempt in ${String(Math.round(waitMs / 1_000))} s`);
    const nextAttemptAtMs = nowMs() + waitMs;
    await this.#records.end(planned, isClaimed, { ...ended, state: 'pending', nextAttemptAtMs });
  }

  /** Of what nobody heard of here, nobody has to hear that it is over. */
  async #buryRecoveries(channelId: string, dead: readonly PendingDelivery[], from: Source): Promise<void> {
    const first = dead.filter(({ kind }) => kind === 'firing');
    const unheard = new Set(first.map(({ incidentId }) => incidentId));
    if (unheard.size === 0) return;
    const { source, pending } = await this.#records.errandOf(channelId, from);
    const recoveries = pending.filter(
      ({ kind, incidentId }) => kind === 'resolved' && unheard.has(incidentId),
    );
    await this.#records.bury(source, recoveries, 'The problem itself could not be told here.');
  }
}

function oldestMs(deliveries: readonly PendingDelivery[]): number {
  return Math.min(...deliveries.map(({ createdAtMs }) => createdAtMs));
}
