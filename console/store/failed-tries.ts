/**
 * Failed tries in a sliding window: the memory behind every "too many tries", kept over restarts.
 *
 * Counting and writing happen in one transaction, so that parallel tries cannot all see the last free place. A try
 * that comes while the limit is reached is not written, so a lock ends when its window does. A name of any length may be tried: of a
 * long one its SHA-256 is kept.
 */
import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { transact } from './transact.ts';

export interface TryLimit {
  kind: string;
  subject: string;
  tries: number;
  windowMs: number;
}

/** `left`: how many more the strictest of the limits lets through. */
export type TryReservation = { ids: number[]; left: number } | { retryAfterSeconds: number };

/** No limit looks back further. */
export const TRIES_KEPT_MS = 2 * 3_600_000;
/** A try that lies further ahead was made before the clock was set back; clocks of two consoles may differ by less. */
const AHEAD_MAX_MS = 60_000;
const SUBJECT_LENGTH_MAX = 400;
const keptSubject = (subject: string): string =>
  subject.length <= SUBJECT_LENGTH_MAX ? subject : createHash('sha256').update(subject).digest('hex');

const withinWindow = (nowMs: number, windowMs: number) => ({
  gt: BigInt(nowMs - windowMs),
  lte: BigInt(nowMs + AHEAD_MAX_MS),
});

/** Writes one failed try for each limit, or none when one of the limits is reached. Take them back after a success. */
export async function reserveTry(
  database: Database,
  limits: readonly TryLimit[],
  nowMs: number,
): Promise<TryReservation> {
  return transact(database, async (inside): Promise<TryReservation> => {
    let retryAfterMs = 0;
    let left = Number.POSITIVE_INFINITY;
    for (const { kind, subject, tries, windowMs } of limits) {
      const inWindow = await inside.failedTry.findMany({
        where: { kind, subject: keptSubject(subject), atMs: withinWindow(nowMs, windowMs) },
        orderBy: { atMs: 'desc' },
        take: tries,
        select: { atMs: true },
      });
      left = Math.min(left, tries - inWindow.length - 1);
      const oldest = inWindow.length >= tries ? inWindow.at(-1) : undefined;
      if (oldest !== undefined) retryAfterMs = Math.max(retryAfterMs, Number(oldest.atMs) + windowMs - nowMs);
    }
    if (retryAfterMs > 0) return { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) };
    const ids: number[] = [];
    for (const { kind, subject } of limits) {
      const row = await inside.failedTry.create({
        data: { kind, subject: keptSubject(subject), atMs: BigInt(nowMs) },
      });
      ids.push(row.id);
    }
    return { ids, left };
  });
}

/** Seconds until the limit lets another try through, 0 when it does now. Writes nothing. */
export async function secondsUntilFree(database: Database, limit: TryLimit, nowMs: number): Promise<number> {
  const inWindow = await database.failedTry.findMany({
    where: {
      kind: limit.kind,
      subject: keptSubject(limit.subject),
      atMs: withinWindow(nowMs, limit.windowMs),
    },
    orderBy: { atMs: 'desc' },
    take: limit.tries,
    select: { atMs: true },
  });
  const oldest = inWindow.length >= limit.tries ? inWindow.at(-1) : undefined;
  return oldest === undefined
    ? 0
    : Math.max(1, Math.ceil((Number(oldest.atMs) + limit.windowMs - nowMs) / 1_000));
}

export async function takeBackTries(database: Database, ids: readonly number[]): Promise<void> {
  await database.failedTry.deleteMany({ where: { id: { in: [...ids] } } });
}

export async function forgetTries(database: Database, kind: string, subject: string): Promise<void> {
  await database.failedTry.deleteMany({ where: { kind, subject: keptSubject(subject) } });
}

export async function deleteTriesBefore(database: Database, atMs: number): Promise<void> {
  await database.failedTry.deleteMany({ where: { atMs: { lt: BigInt(atMs) } } });
}
