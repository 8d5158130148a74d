/**
 * JSON text as Kafka's tools write it (Jackson): no blanks, every digit of an int64, a float64 with its fraction as Java prints
 * it, control characters that have no short form as \u and upper-case hex.
 */

/** A number that is a float64 in the schema: 1 is printed as 1.0. */
export class JavaDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export function javaJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof JavaDouble) return doubleText(value.value);
  if (Array.isArray(value)) return `[${value.map(javaJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${quoted(name)}:${javaJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\(?:u([0-9a-f]{4})|.)/g, (escape, hex: string | undefined) =>
    hex === undefined ? escape : `\\u${hex.toUpperCase()}`,
  );
}

/** As Double.toString: plain from 10^-3 up to 10^7, else with an exponent; NaN and the infinities in quotes. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${String(value)}"`;
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  const [mantissa = '', exponent = ''] =
    size >= 1e-3 && size < 1e7 ? [String(value)] : value.toExponential().split('e');
  const whole = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === '' ? whole : `${whole}E${String(Number(exponent))}`;
}
