/** Numbers as Java prints them: Double.toString (shortest digits, as of JDK 19), and `%.Nf` of java.util.Formatter. Pure. */

const PLAIN_MIN = 1e-3;
const PLAIN_LIMIT = 1e7;

export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (size >= PLAIN_MIN && size < PLAIN_LIMIT) return Number.isInteger(value) ? value.toFixed(1) : String(value); // prettier-ignore
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}

/**
 * `digits` behind the point, rounded half up in the shortest digits of the number (Formatter takes those of Double.toString), where
 * JavaScript's toFixed rounds the binary number. At most 6 digits.
 */
export function javaFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const shortest = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  // The number is 0.SHORTEST times ten to this power.
  const point = exponent + 1;
  const kept = point + digits;
  const padded = shortest.padEnd(Math.max(kept, 0) + 1, '0');
  const head = kept < 0 ? '' : padded.slice(0, kept);
  const roundsUp = kept >= 0 && (padded[kept] ?? '0') >= '5';
  const units = (BigInt(head === '' ? '0' : head) + (roundsUp ? 1n : 0n))
    .toString()
    .padStart(digits + 1, '0');
  const whole = units.slice(0, units.length - digits);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${units.slice(units.length - digits)}`;
}
