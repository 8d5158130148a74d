/**
 * Sends what waits in the outbox: for each channel one message at a time, channels independent of each other. A send that
 * hangs holds up its own channel only. Works from the database alone, so a restart goes on where the last process was.
 */
import { readChannel, type StoredChannel } from '../store/alert-channels.ts';
import type { Database } from '../store/database.ts';
import {
  claimAttempt,
  lastSentByChannel,
  markDead,
  markRetry,
  markSent,
  readPending,
  readPendingChannels,
  type PendingDelivery,
} from '../store/outbox.ts';
import type { ChannelType, SendContext, SendOutcome } from './channels/channel-type.ts';
import { channelTypes } from './channels/channel-types.ts';
import {
  backOffMs,
  GIVE_UP_AFTER_MS,
  planMessage,
  RECIPIENT_INTERVAL_MS,
  type PlannedMessage,
} from './delivery-plan.ts';
import { noticeSchema } from './notice.ts';

export interface OutboxOptions {
  readonly database: Database;
  readonly channelKey: Buffer;
  readonly context: SendContext;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** A claimed attempt may be repeated after so long, should this process not live to see its end. */
const CLAIM_MS = 60_000;

export class OutboxWorker {
  readonly #options: OutboxOptions;
  readonly #busy = new Map<string, Promise<void>>();
  /** By recipient. */
  readonly #lastSent = new Map<string, number>();
  #seeded = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Starts what is due. Resolves when every channel that was not busy has made its attempt. */
  async deliverDue(): Promise<void> {
    const { database, log } = this.#options;
    if (!this.#seeded) await this.#seedLastSent();
    const channelIds = await readPendingChannels(database);
    await Promise.all(
      channelIds
        .filter((channelId) => !this.#busy.has(channelId))
        .map((channelId) => {
          const work = this.#deliverChannel(channelId)
            .catch((error: unknown) => {
              log(`alert channel ${channelId}: ${error instanceof Error ? error.message : String(error)}`);
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

  /** So that a restart within a minute does not send a second message within that minute. */
  async #seedLastSent(): Promise<void> {
    const { database, channelKey, nowMs } = this.#options;
    this.#seeded = true;
    const recent = await lastSentByChannel(database, new Date(nowMs() - RECIPIENT_INTERVAL_MS));
    for (const [channelId, sentMs] of recent) {
      const channel = await readChannel(database, channelKey, channelId);
      const type = channel === null ? undefined : channelTypes[channel.type];
      if (channel !== null && type !== undefined) this.#noteSent(type.recipients(channel), sentMs);
    }
  }

  #noteSent(recipients: readonly string[], sentMs: number): void {
    for (const recipient of recipients)
      this.#lastSent.set(recipient, Math.max(sentMs, this.#lastSent.get(recipient) ?? 0));
  }

  async #deliverChannel(channelId: string): Promise<void> {
    const { database, channelKey, nowMs, random } = this.#options;
    const pending = await readPending(database, channelId);
    const channel = await readChannel(database, channelKey, channelId);
    const type = channel === null ? undefined : channelTypes[channel.type];
    if (channel === null || type === undefined) {
      await markDead(database, pending, 'The channel was deleted.');
      return;
    }
    if (!channel.enabled) {
      await markDead(database, pending, 'The channel is switched off.');
      return;
    }
    const recipients = type.recipients(channel);
    const lastSent = recipients.map((recipient) => this.#lastSent.get(recipient) ?? 0);
    const planned = planMessage(pending, lastSent, nowMs());
    if (planned === null) return;
    // Noted before anything is waited for, so that two channels with one recipient do not send at once.
    this.#noteSent(recipients, nowMs());
    const retryAtMs = nowMs() + Math.max(CLAIM_MS, backOffMs(planned.attempt, random()));
    if (!(await claimAttempt(database, planned.deliveries, planned.batch, retryAtMs))) return;
    const outcome = await this.#send(type, channel, planned);
    if (!outcome.ok) for (const recipient of recipients) this.#lastSent.delete(recipient);
    await this.#keepOutcome(channel, planned, outcome);
  }

  #send(type: ChannelType, channel: StoredChannel, planned: PlannedMessage): Promise<SendOutcome> {
    const notices = planned.deliveries.map(({ payload }) => noticeSchema.parse(payload));
    const attemptAtMs = this.#options.nowMs();
    const atMs = notices[0]?.atMs ?? attemptAtMs;
    const message = { notices, messageId: planned.messageId, atMs, attemptAtMs };
    return type.send(channel, message, this.#options.context);
  }

  async #keepOutcome(channel: StoredChannel, planned: PlannedMessage, outcome: SendOutcome): Promise<void> {
    const { database, nowMs, random, log } = this.#options;
    const { deliveries, attempt } = planned;
    if (outcome.ok) {
      await markSent(database, deliveries, new Date(nowMs()), outcome.note);
      return;
    }
    const what = `alert channel "${channel.name}": attempt ${String(attempt)} failed: ${outcome.error}`;
    if (!outcome.retriable || nowMs() - oldestMs(deliveries) > GIVE_UP_AFTER_MS) {
      log(`${what}; given up`);
      await markDead(database, deliveries, outcome.error);
      return;
    }
    const waitMs = Math.max(backOffMs(attempt, random()), outcome.retryAfterMs ?? 0);
    log(`${what}; next attempt in ${String(Math.round(waitMs / 1_000))} s`);
    await markRetry(database, deliveries, nowMs() + waitMs, outcome.error);
  }
}

function oldestMs(deliveries: readonly PendingDelivery[]): number {
  return Math.min(...deliveries.map(({ createdAtMs }) => createdAtMs));
}
