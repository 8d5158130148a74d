/**
 * A stretch of time as Kafka's tools take it (`--by-duration`), which is how java.time.Duration reads ISO 8601: `PnDTnHnMnS`, no months or
 * years, seconds with a fraction, a sign before all of it or before a part.
 */
const DURATION =
  /^([+-]?)P(?:([+-]?\d+)D)?(T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+(?:\.\d{0,9})?)S)?)?$/i;

/** Milliseconds; null when it is none. */
export function isoDurationMs(text: string): number | null {
  const match = DURATION.exec(text);
  const [, sign = '', days, time, hours, minutes, seconds] = match ?? [];
  const parts = [days, hours, minutes, seconds];
  const isEmpty = parts.every((part) => part === undefined) || time?.toUpperCase() === 'T';
  if (match === null || isEmpty) return null;
  const [d = 0, h = 0, m = 0, s = 0] = parts.map((part) => Number(part ?? 0));
  const ms = Math.trunc(d * 86_400_000 + h * 3_600_000 + m * 60_000 + s * 1_000);
  return sign === '-' ? -ms : ms;
}
