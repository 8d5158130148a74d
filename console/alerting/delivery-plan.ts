/**
 * What a channel sends next. Pure.
 *
 * - What was tried together is tried again together, before anything newer: nothing overtakes, so a recovery is never told
 *   before what it recovered from, and a dead server is asked once per back-off, not once per notice.
 * - Everything else that waits goes into one message (a digest when it is several).
 * - A recipient gets at most one message a minute; what comes in between waits for the next.
 */
import type { z } from 'zod';
import type { PendingDelivery } from '../store/outbox.ts';
import { noticeSchema } from './notice.ts';

export const RECIPIENT_INTERVAL_MS = 60_000;
/** A claimed attempt may be repeated after so long, should this process not live to see its end. */
export const CLAIM_MS = 60_000;
/** A receiver that asks to be left alone for longer is asked again after so long. */
export const RETRY_AFTER_MAX_MS = 3_600_000;
const BACK_OFF_FIRST_MS = 30_000;
const BACK_OFF_CAP_MS = 3_600_000;
const BACK_OFF_JITTER = 0.2;
const LONGEST_WAIT_MS = Math.max(BACK_OFF_CAP_MS * (1 + BACK_OFF_JITTER), RETRY_AFTER_MAX_MS);
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
  if (deliveries.some((each) => !isDue(each, nowMs))) return null;
  // A time in the future is a clock that went back: it does not hold anything up.
  if (lastSentMs.some((sentMs) => sentMs <= nowMs && nowMs - sentMs < RECIPIENT_INTERVAL_MS)) return null;
  return {
    deliveries,
    batch: first.batch ?? first.id,
    messageId: first.messageId,
    attempt: Math.max(...deliveries.map(({ attempts }) => attempts)) + 1,
  };
}

/** A time that is further away than any wait can be is from before the clock went back. */
function isDue({ nextAttemptAtMs }: PendingDelivery, nowMs: number): boolean {
  return nextAttemptAtMs <= nowMs || nextAttemptAtMs > nowMs + LONGEST_WAIT_MS;
}

/** 30 s, doubling up to an hour, and up to a fifth more so that consoles do not come back together. */
export function backOffMs(attempt: number, random: number): number {
  const doubled = BACK_OFF_FIRST_MS * 2 ** Math.min(attempt - 1, 20);
  return Math.round(Math.min(doubled, BACK_OFF_CAP_MS) * (1 + BACK_OFF_JITTER * random));
}

/** What cannot be sent, with the reason: another version wrote it, or a disk damaged it. */
export function unreadableOf(deliveries: readonly PendingDelivery[]): ReadonlyMap<PendingDelivery, string> {
  const unreadable = new Map<PendingDelivery, string>();
  for (const delivery of deliveries) {
    const { error } = noticeSchema.safeParse(delivery.payload);
    if (error !== undefined) unreadable.set(delivery, reasonOf(delivery, error));
  }
  return unreadable;
}

function reasonOf({ payload }: PendingDelivery, { issues }: z.ZodError): string {
  if (payload === null) return 'it is no JSON object.';
  const [first] = issues;
  return first === undefined ? 'it is no notice.' : `${first.path.join('.')}: ${first.message}.`;
}
