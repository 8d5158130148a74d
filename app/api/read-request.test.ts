/** What is said of a body that is not allowed: each field with its reason, and never the whole body again. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checked } from './read-request.ts';

const schema = z.strictObject({
  name: z.string(),
  rows: z.array(z.strictObject({ count: z.number() })).optional(),
});

function refusal(value: unknown): { detail: string; errors: Readonly<Record<string, string>> } {
  try {
    checked(schema, value);
  } catch (error) {
    const { message, errors } = error as { message: string; errors: Record<string, string> };
    return { detail: message, errors };
  }
  throw new Error('it was not refused');
}

test('fields that are wrong or do not exist are named where they are', () => {
  expect(refusal({ name: 1, rows: [{ count: 2 }, { count: 'x', kind: 1 }], more: true }).errors).toEqual({
    name: expect.any(String),
    'rows.1.count': expect.any(String),
    'rows.1': 'does not exist here: kind',
    more: 'does not exist here: more',
  });
});

test('of many only some are named, and how many more there are', () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => [`key${String(index)}`, 1]);
  const { detail, errors } = refusal({ name: 'x', ...Object.fromEntries(keys) });
  expect(detail.length).toBeLessThanOrEqual(1_000);
  expect(JSON.stringify(errors).length).toBeLessThan(1_000);
  expect(Object.values(errors)[0]).toMatch(/^does not exist here: key0, .*, key19 and 4980 more$/);
  const rows = Array.from({ length: 5_000 }, () => ({ count: 'x' }));
  expect(Object.keys(refusal({ name: 'x', rows }).errors)).toHaveLength(50);
  const long = refusal({ name: 'x', ['k'.repeat(100_000)]: 1, ['__proto__x']: 1 });
  expect(JSON.stringify(long.errors).length).toBeLessThan(2_000);
});
