/**
 * JSON that loses no digit: int64 goes beyond what a double can hold, and JSON.parse would round it in silence.
 * Integers that a double holds exactly are numbers, all others are bigint, in both directions.
 */

/** Sixteen digits and more can be beyond 2^53. */
const LONG_INTEGER = /^-?\d{16,}$/;

/** Throws SyntaxError as JSON.parse does. */
export function parseExactJson(text: string): unknown {
  // Whole strings and whole numbers are matched, so that digits inside a string or behind a point are never taken.
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    LONG_INTEGER.test(token) ? `{"$bigint":"${token}"}` : token,
  );
  return JSON.parse(marked, (_key, value: unknown) => {
    if (!isMarked(value)) return value;
    const exact = BigInt(value.$bigint);
    const near = Number(exact);
    return Number.isSafeInteger(near) ? near : exact;
  }) as unknown;
}

function isMarked(value: unknown): value is { $bigint: string } {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, '$bigint') === 'string';
}

export function stringifyExactJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(stringifyExactJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}:${stringifyExactJson(member)}`,
    );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
