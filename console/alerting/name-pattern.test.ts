import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPattern, matchesPattern, nameMatcher } from './name-pattern.ts';

describe('a pattern', () => {
  it.each([
    ['payments-*', 'payments-eu', true],
    ['payments-*', 'payments-', true],
    ['payments-*', 'payments', false],
    ['payments-*', 'old-payments-eu', false],
    ['*-dlq', 'orders-dlq', true],
    ['*-dlq', 'orders-dlq-2', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-c-d', false],
    ['order?', 'orders', true],
    ['order?', 'order', false],
    ['order?', 'orders2', false],
    ['?', '', false],
    ['*', '', true],
    ['**', 'x', true],
    ['*?*', '', false],
    ['', '', true],
    ['', 'x', false],
    ['a.c', 'abc', false],
    ['(a|b)+', '(a|b)+', true],
    ['[ab]', 'a', false],
    ['Orders', 'orders', false],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(pattern, name)).toBe(expected);
    expect(nameMatcher(pattern)(name)).toBe(expected);
  });

  it('says the same as the expression that it stands for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 });
    fc.assert(
      fc.property(letters, name, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesPattern(pattern, text)).toBe(expression.test(text));
      }),
    );
  });

  it('written to take for ever is answered', () => {
    expect(matchesPattern(`${'*a'.repeat(400)}*b`, 'a'.repeat(1_000))).toBe(false);
  });
});

it('null stands for every name, and a name is no pattern', () => {
  expect(nameMatcher(null)('anything')).toBe(true);
  expect([isPattern('orders'), isPattern('orders-*'), isPattern('order?')]).toEqual([false, true, true]);
});
