/**
 * What is not the topic token is refused however near it comes, and how near it comes shows nowhere: what is compared are digests, both
 * of one length, in a time that does not depend on them.
 */
import type * as Crypto from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor } from './context.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';
import { checkTopicToken, rotateTopicToken } from './topic-token.ts';

const compared = vi.hoisted(() => [] as [number, number][]);
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  const timingSafeEqual = (a: Buffer, b: Buffer): boolean => {
    compared.push([a.length, b.length]);
    return crypto.timingSafeEqual(a, b);
  };
  return { ...crypto, timingSafeEqual };
});

let console_: TestConsole;
beforeEach(async () => {
  console_ = await openTestConsole();
  compared.length = 0;
});
afterEach(() => console_.close());

/** Each from another address, so that no limit answers in the place of the comparison. */
const from = (number: 1 | 2): Actor => ({
  ...{ kind: 'user', id: 'u1', name: 'ann', role: 'operator', clusters: null, sessionId: null },
  ip: `10.0.0.${String(number)}`,
});

const wrongOnes: readonly [string, (token: string) => unknown][] = [
  ['nothing', () => ''],
  ['one sign', (token) => token.slice(0, 1)],
  ['all but the last sign', (token) => token.slice(0, -1)],
  ['another last sign', (token) => `${token.slice(0, -1)}!`],
  ['a sign more', (token) => `${token}0`],
  ['a space behind it', (token) => `${token} `],
  ['a zero byte behind it', (token) => `${token}\0`],
  ['a letter that looks the same', (token) => token.replace(/[a-z]/i, '\u0430')],
  [
    'signs of full width',
    (token) => token.replaceAll(/[a-z]/gi, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  ],
  ['a megabyte', (token) => token.repeat(1_048_576 / token.length)],
  ['a list', (token) => [token]],
  ['an object', (token) => ({ token })],
  ['a number', () => 1],
  ['true', () => true],
  ['null', () => null],
  ['what is left out', () => undefined],
];

test.each(wrongOnes)('%s is wrong, and compared as any other', async (_, distort) => {
  const token = await rotateTopicToken(console_.context);
  expect(await checkTopicToken(console_.context, from(1), distort(token))).toEqual({ triesLeft: 4 });
  expect(await checkTopicToken(console_.context, from(2), token)).toBe('right');
  expect(compared).toEqual([
    [32, 32],
    [32, 32],
  ]);
});

test('its own digest is no token', async () => {
  const token = await rotateTopicToken(console_.context);
  const kept = await console_.context.database.setting.findUniqueOrThrow({
    where: { key: 'topicToken.sha256' },
  });
  expect(kept.value).toMatch(/^[0-9a-f]{64}$/);
  expect(kept.value).not.toContain(token);
  expect(await checkTopicToken(console_.context, from(1), kept.value)).toEqual({ triesLeft: 4 });
});
