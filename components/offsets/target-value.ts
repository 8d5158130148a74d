/**
 * Where in a log, as it is said in forms that move or take out records: a time, how long ago, an offset, some records back or forth. What was
 * typed becomes the number that the request carries. PURE.
 */
import { isoDurationMs } from '../../console/contracts/duration.ts';
import { limitOf } from '../format/limit-text.ts';

/** Targets that need a number; all others say by themselves where. */
export type ValuedTarget = 'timestamp' | 'duration' | 'offset' | 'shift';

const valued: ReadonlySet<string> = new Set<ValuedTarget>(['timestamp', 'duration', 'offset', 'shift']);

export function needsValue<Target extends string>(to: Target): to is Extract<Target, ValuedTarget> {
  return valued.has(to);
}

/** Undefined where the target needs none, null while what was typed is no value of it. A time is told in epoch milliseconds, a duration in milliseconds. */
export function targetValue(to: string, text: string): number | undefined | null {
  if (!needsValue(to)) return undefined;
  if (text.trim() === '') return null;
  const value = numberOf(to, text);
  return Number.isSafeInteger(value) && (to === 'shift' || value >= 0) ? value : null;
}

/** A duration as people write it ("2 h 30 min"; a bare number is of seconds), or as Kafka's tools take it ("PT2H30M"). */
function durationOf(text: string): number {
  return isoDurationMs(text.trim()) ?? Math.round((limitOf(text, 'seconds') ?? Number.NaN) * 1000);
}

function numberOf(to: ValuedTarget, text: string): number {
  if (to === 'timestamp') return new Date(text).getTime();
  return to === 'duration' ? durationOf(text) : Number(text);
}
