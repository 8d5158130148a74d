/** Subscriptions by RE2's regular expressions: what they match, what is refused, and that none takes long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MATCH_STEPS, patternFault, TopicPattern, topicsMatching } from './topic-pattern.ts';

const NAMES = [
  'orders',
  'orders-eu',
  'orders.us',
  'Orders',
  'payments',
  'p1',
  'p22',
  '__consumer_offsets',
  'a_b',
  'x',
];

function found(pattern: string): string[] {
  return [...(topicsMatching(pattern, NAMES) ?? ['too long'])];
}

describe('a pattern', () => {
  it.each<[string, string[]]>([
    ['orders', ['orders']],
    ['orders.*', ['orders', 'orders-eu', 'orders.us']],
    ['orders\\..*', ['orders.us']],
    ['(?i)orders', ['orders', 'Orders']],
    ['(?i:o)rders', ['orders', 'Orders']],
    ['(?i:o)RDERS', []],
    ['(?i)ord(?-i:ERS)', []],
    ['p\\d+', ['p1', 'p22']],
    ['p\\d', ['p1']],
    ['p[0-9]{2}', ['p22']],
    ['p2{2,}', ['p22']],
    ['p\\d{1,2}?', ['p1', 'p22']],
    ['orders|payments', ['orders', 'payments']],
    ['(orders|pay(?:ments))', ['orders', 'payments']],
    ['(?P<n>x)', ['x']],
    ['(?<n>x)', ['x']],
    ['^orders$', ['orders']],
    ['\\Aorders\\z', ['orders']],
    ['[[:upper:]]\\w*', ['Orders']],
    ['[^a-z]rders', ['Orders']],
    ['\\Qorders.us\\E', ['orders.us']],
    ['\\pL+', ['orders', 'Orders', 'payments', 'x']],
    ['\\p{Lu}.*', ['Orders']],
    ['\\P{L}+.*', ['__consumer_offsets']],
    ['orders\\b.*us', ['orders.us']],
    ['a\\B_b', ['a_b']],
    ['\\x78', ['x']],
    ['\\x{78}', ['x']],
    ['\\170', ['x']],
    ['[]x]', ['x']],
    ['[x-]', ['x']],
    ['x{,2}', []],
    ['', []],
    ['(|x)', ['x']],
    ['(x*)*', ['x']],
    ['(a|b|_)+', ['a_b']],
  ])('%s', (pattern, expected) => {
    expect(patternFault(pattern)).toBeNull();
    expect(found(pattern)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['(orders', 'missing closing )'],
    ['orders)', 'unexpected )'],
    ['[a', 'missing closing ]'],
    ['[z-a]', 'invalid character class range'],
    ['*', 'missing argument to repetition operator'],
    ['a**', 'invalid nested repetition operator'],
    ['a{1001}', 'invalid repeat count'],
    ['a{2,1}', 'invalid repeat count'],
    ['a\\', 'trailing backslash at end of expression'],
    ['(a)\\1', 'invalid escape sequence'],
    ['\\y', 'invalid escape sequence'],
    ['(?=a)', 'invalid or unsupported Perl syntax'],
    ['(?!a)', 'invalid or unsupported Perl syntax'],
    ['(?P<n', 'invalid named capture'],
    ['\\p{Nothing}', 'invalid character class range'],
    ['((a{100}){100}){100}', 'expression too large'],
    ['('.repeat(200) + ')'.repeat(200), 'expression nests too deeply'],
  ])('%s is refused', (pattern, fault) => {
    expect(patternFault(pattern)).toBe(fault);
  });

  it.each(['(a+)+b', '(a|a)*b', '(a*)*b', '(.*)*.*.*.*b', '([a-z]+)*b'])(
    '%s is done in steps as many as its size times the length',
    (pattern) => {
      const length = 249;
      const budget = { steps: MAX_MATCH_STEPS };
      expect(new TopicPattern(pattern).matches('a'.repeat(length), budget)).toBe(false);
      expect(MAX_MATCH_STEPS - budget.steps).toBeLessThan(60 * length);
    },
  );

  it('is given up when it would take too long for all topics', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => 'a'.repeat(240) + String(index));
    expect(topicsMatching('(a?){600}b', names)).toBeNull();
    expect(topicsMatching('a+1', names)?.size).toBe(1);
  });

  it('finds what an expression of JavaScript finds', () => {
    const letter = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '(a|b)', '(?:ab)');
    const part = fc.tuple(letter, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{0,2}'));
    const pattern = fc
      .array(fc.array(part, { maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((choices) => choices.map((parts) => parts.flat().join('')).join('|'));
    const text = fc
      .array(fc.constantFrom('a', 'b', '1', '-'), { maxLength: 8 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(pattern, text, (source, name) => {
        const expected = new RegExp(`^(?:${source})$`).test(name);
        expect(new TopicPattern(source).matches(name, { steps: MAX_MATCH_STEPS })).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
