/**
 * The outbox as this process knows it: what waits, for which channels, and what became of attempts that the database does
 * not know of yet. While the database fails, notices go out from here; afterwards it is told what happened.
 *
 * What is here dies with the process. A message that was sent while its row could not be written is sent again by the next
 * process, under the same Message-ID: at least once, as ever.
 */
import type { StoredChannel } from '../store/alert-channels.ts';
import type { NewDelivery } from '../store/alert-transitions.ts';
import type { AttemptOutcome, PendingDelivery } from '../store/outbox.ts';

/** What became of deliveries that were tried together. */
export interface OwedOutcome {
  /** As the database has them. */
  readonly deliveries: readonly PendingDelivery[];
  readonly batch: string;
  /** Whether the database knows of the attempt. */
  readonly isClaimed: boolean;
  readonly outcome: AttemptOutcome;
}

export class OutboxBook {
  #channels: ReadonlyMap<string, StoredChannel> = new Map();
  /** By channel, then by delivery, oldest first. */
  readonly #pending = new Map<string, Map<string, PendingDelivery>>();
  /** By batch. */
  readonly #owed = new Map<string, OwedOutcome>();
  /** By incident: whom it was told to since this process knows of it. */
  readonly #told = new Map<string, Set<string>>();

  knowChannels(channels: readonly StoredChannel[]): void {
    this.#channels = new Map(channels.map((channel) => [channel.id, channel]));
  }

  channel(id: string): StoredChannel | null {
    return this.#channels.get(id) ?? null;
  }

  /** Channels for which something waits. */
  channelIds(): string[] {
    return [...this.#pending.keys()];
  }

  pendingOf(channelId: string): PendingDelivery[] {
    return [...(this.#pending.get(channelId)?.values() ?? [])];
  }

  /** What waits for a channel, as the database has it now. */
  see(channelId: string, pending: readonly PendingDelivery[]): void {
    if (pending.length === 0) this.#pending.delete(channelId);
    else this.#pending.set(channelId, new Map(pending.map((each) => [each.id, each])));
  }

  /** The channels of which the database says that something waits: for others nothing does. */
  seeChannels(channelIds: readonly string[]): void {
    for (const id of this.#pending.keys()) if (!channelIds.includes(id)) this.#pending.delete(id);
  }

  /** Decided just now, written or not. */
  queue(deliveries: readonly NewDelivery[]): void {
    for (const { id, incidentId, channelId, kind, payload, messageId, createdAtMs } of deliveries) {
      const waiting = this.#pending.get(channelId) ?? new Map<string, PendingDelivery>();
      this.#pending.set(channelId, waiting);
      waiting.set(id, {
        ...{ id, incidentId, channelId, kind, messageId, createdAtMs, nextAttemptAtMs: createdAtMs },
        ...{ payload: JSON.parse(payload) as Record<string, unknown>, batch: null, attempts: 0 },
      });
      const told = this.#told.get(incidentId) ?? new Set();
      this.#told.set(incidentId, told.add(channelId));
    }
  }

  /** Null: nothing is known of it here. */
  toldChannelsOf(incidentId: string): readonly string[] | null {
    const told = this.#told.get(incidentId);
    return told === undefined ? null : [...told];
  }

  forgetIncident(incidentId: string): void {
    this.#told.delete(incidentId);
  }

  /** An attempt begins: until it has ended, and some time longer, these are not due. */
  claim(deliveries: readonly PendingDelivery[], batch: string, retryAtMs: number): void {
    this.#change(deliveries, (each) => ({
      ...each,
      batch,
      attempts: each.attempts + 1,
      nextAttemptAtMs: retryAtMs,
    }));
  }

  /** How the attempt ended. */
  settle(deliveries: readonly PendingDelivery[], { state, nextAttemptAtMs }: AttemptOutcome): void {
    this.#change(deliveries, (each) =>
      state === 'pending' ? { ...each, nextAttemptAtMs: nextAttemptAtMs ?? each.nextAttemptAtMs } : null,
    );
  }

  /** The database has to be told; the last word on a batch counts. */
  owe(owed: OwedOutcome): void {
    const before = this.#owed.get(owed.batch);
    this.#owed.set(owed.batch, before === undefined ? owed : { ...before, outcome: owed.outcome });
  }

  owed(): readonly OwedOutcome[] {
    return [...this.#owed.values()];
  }

  /** It was told; what came in meanwhile is still owed. */
  paid(owed: OwedOutcome): void {
    if (this.#owed.get(owed.batch) === owed) this.#owed.delete(owed.batch);
  }

  forget(): void {
    this.#pending.clear();
    this.#owed.clear();
    this.#told.clear();
  }

  #change(
    deliveries: readonly PendingDelivery[],
    change: (delivery: PendingDelivery) => PendingDelivery | null,
  ): void {
    for (const { id, channelId } of deliveries) {
      const waiting = this.#pending.get(channelId);
      const before = waiting?.get(id);
      if (waiting === undefined || before === undefined) continue;
      const after = change(before);
      if (after === null) waiting.delete(id);
      else waiting.set(id, after);
      if (waiting.size === 0) this.#pending.delete(channelId);
    }
  }
}
