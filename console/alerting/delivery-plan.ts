/**
 * What a channel sends next. Pure.
 *
 * - What was tried together is tried again together, before anything newer: nothing overtakes, so a recovery is never told
 *   before what it recovered from, and a dead server is asked once per back-off, not once per notice.
 * - Everything else that waits goes into one message (a digest when it is several).
 * - A recipient gets at most one message a minute; what comes in between waits for the next.
 */
import type { PendingDelivery } from '../store/outbox.ts';

export const RECIPIENT_INTERVAL_MS = 60_000;
const BACK_OFF_FIRST_MS = 30_000;
const BACK_OFF_CAP_MS = 3_600_000;
/** A notice that could not be sent for so long is given up. */
export const GIVE_UP_AFTER_MS = 3 * 86_400_000;

export interface PlannedMessage {
  readonly deliveries: readonly PendingDelivery[];
  readonly batch: string;
  readonly messageId: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/** Null: nothing is due. `pending` is oldest first. */
export function planMessage(
  pending: readonly PendingDelivery[],
  lastSentMs: readonly number[],
  nowMs: number,
): PlannedMessage | null {
  const [oldest] = pending;
  if (oldest === undefined) return null;
  const tried = pending.find(({ batch }) => batch !== null);
  const deliveries = tried === undefined ? pending : pending.filter(({ batch }) => batch === tried.batch);
  const [first = oldest] = deliveries;
  if (deliveries.some(({ nextAttemptAtMs }) => nextAttemptAtMs > nowMs)) return null;
  // A time in the future is a clock that went back: it does not hold anything up.
  if (lastSentMs.some((sentMs) => sentMs <= nowMs && nowMs - sentMs < RECIPIENT_INTERVAL_MS)) return null;
  return {
    deliveries,
    batch: first.batch ?? first.id,
    messageId: first.messageId,
    attempt: Math.max(...deliveries.map(({ attempts }) => attempts)) + 1,
  };
}

/** 30 s, doubling up to an hour, and up to a fifth more so that consoles do not come back together. */
export function backOffMs(attempt: number, random: number): number {
  const doubled = BACK_OFF_FIRST_MS * 2 ** Math.min(attempt - 1, 20);
  return Math.round(Math.min(doubled, BACK_OFF_CAP_MS) * (1 + 0.2 * random));
}
