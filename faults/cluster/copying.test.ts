import { describe, expect, it } from 'vitest';
import { copyOf, partitionOf, sourceValue } from './copy-terms.ts';
import { COPIERS, differencesIn } from './copying.ts';

describe('the check of a copy', () => {
  const RECORDS = 9;
  const whole = (): Map<number, string[]> => {
    const all = COPIERS.flatMap((partition) =>
      Array.from({ length: RECORDS }, (_unused, offset) => sourceValue(partition, offset)),
    );
    return new Map(
      COPIERS.map((target) => [
        target,
        all.filter((value) => partitionOf(value) === target).map((value) => copyOf(value, true)),
      ]),
    );
  };

  it.each<[string, (values: string[]) => void, RegExp | null]>([
    ['finds nothing where in equals out', () => undefined, null],
    ['finds what is missing', (values) => void values.splice(3, 1), /belongs/],
    ['finds what is missing at the end', (values) => void values.pop(), /nothing where/],
    ['finds what is there twice', (values) => void values.push(values.at(-1) ?? ''), /too many/],
    [
      'finds what is in another order',
      (values) => void values.unshift(values.splice(1, 1)[0] ?? ''),
      /belongs/,
    ],
    ['finds what was aborted', (values) => void values.push(copyOf('0:1', false)), /was seen/],
  ])('%s', (_what, spoil, expected) => {
    const values = whole();
    spoil(values.get(0) ?? []);
    const wrong = differencesIn(values, RECORDS).join('\n');
    if (expected === null) expect(wrong).toBe('');
    else expect(wrong).toMatch(expected);
  });
});
