/**
 * Where in a log, as it is said in forms that move or take out records: a time, an offset, some records back or forth. What was
 * typed becomes the number that the request carries. PURE.
 */

/** Targets that need a number; all others say by themselves where. */
export type ValuedTarget = 'timestamp' | 'offset' | 'shift';

const valued: ReadonlySet<string> = new Set<ValuedTarget>(['timestamp', 'offset', 'shift']);

export function needsValue<Target extends string>(to: Target): to is Extract<Target, ValuedTarget> {
  return valued.has(to);
}

/** Undefined where the target needs none, null while what was typed is no value of it. A time is told in epoch milliseconds. */
export function targetValue(to: string, text: string): number | undefined | null {
  if (!needsValue(to)) return undefined;
  if (text.trim() === '') return null;
  const value = to === 'timestamp' ? new Date(text).getTime() : Number(text);
  return Number.isSafeInteger(value) && (to === 'shift' || value >= 0) ? value : null;
}
