/** Signing in: limits by account and address that survive a restart, and sessions that end when they should. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeUser, createUser } from './accounts.ts';
import type { ConsoleContext } from './context.ts';
import { checkSession, createSession, endSession } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';

const minuteMs = 60_000;
let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
  await createUser(context, { name: 'ann', role: 'operator', password: 'correct horse' });
});
afterEach(() => console_.close());

const attempt = (password: string, ip = '10.0.0.1', username = 'ann') =>
  signIn(context, { username, password, ip });

test('lets the right password in and nothing else', async () => {
  expect(await attempt('correct horse')).toMatchObject({ user: { name: 'ann', role: 'operator' } });
  for (const wrong of [
    '',
    'correct hors',
    'correct horse ',
    'Correct horse',
    'x'.repeat(129),
    'x'.repeat(100_000),
  ]) {
    expect(await attempt(wrong)).toEqual({ refused: 'wrong-credentials' });
  }
  expect(await attempt('correct horse', '10.0.0.1', 'nobody')).toEqual({ refused: 'wrong-credentials' });
});

test('does not cut long passwords', async () => {
  const long = `${'ü'.repeat(100)}-end`;
  await createUser(context, { name: 'bob', role: 'viewer', password: long });
  expect(await attempt(long.slice(0, -1), '10.0.0.1', 'bob')).toEqual({ refused: 'wrong-credentials' });
  expect(await attempt(long, '10.0.0.1', 'bob')).toMatchObject({ user: { name: 'bob' } });
});

test('locks an account after five wrong passwords, whatever the addresses, and opens it when the window ends', async () => {
  for (let number = 0; number < 5; number += 1) {
    expect(await attempt('wrong', `10.0.0.${number}`)).toEqual({ refused: 'wrong-credentials' });
  }
  expect(await attempt('correct horse', '10.0.1.1')).toEqual({
    refused: 'too-many-tries',
    retryAfterSeconds: 900,
  });
  console_.pass(10 * minuteMs);
  context = await console_.reopen();
  expect(await attempt('correct horse')).toEqual({ refused: 'too-many-tries', retryAfterSeconds: 300 });
  console_.pass(5 * minuteMs + 1);
  expect(await attempt('correct horse')).toMatchObject({ user: { name: 'ann' } });
});

test('locks an address after twenty tries over many accounts', async () => {
  for (let number = 0; number < 20; number += 1) {
    expect(await attempt('wrong', '10.9.9.9', `user${number}`)).toEqual({ refused: 'wrong-credentials' });
  }
  expect(await attempt('wrong', '10.9.9.9', 'another')).toMatchObject({ refused: 'too-many-tries' });
  expect(await attempt('correct horse', '10.0.0.2')).toMatchObject({ user: { name: 'ann' } });
}, 30_000);

test('parallel tries cannot pass the limit together', async () => {
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => attempt('wrong')));
  expect(
    outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'wrong-credentials'),
  ).toHaveLength(5);
});

async function newSession(): Promise<string> {
  const outcome = await attempt('correct horse');
  if (!('user' in outcome)) throw new Error('should be let in');
  return createSession(context, outcome.user, { ip: '10.0.0.1', userAgent: 'test' });
}
const check = (id: string) => checkSession(context, id, { ip: '10.0.0.1' });

test('a session ends when it was idle too long, and after its longest time even if it never was', async () => {
  const idle = await newSession();
  console_.pass(29 * minuteMs);
  expect(await check(idle)).toMatchObject({ name: 'ann' });
  console_.pass(31 * minuteMs);
  expect(await check(idle)).toBeNull();
  const busy = await newSession();
  for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
    expect(await check(busy), `after ${minutes} minutes`).not.toBeNull();
    console_.pass(20 * minuteMs);
  }
  expect(await check(busy)).toBeNull();
});

test.each([
  ['a new password', { password: 'battery staple' }],
  ['another role', { role: 'viewer' as const }],
  ['a disabled account', { disabled: true }],
])('%s ends all sessions of the user', async (_, change) => {
  const id = await newSession();
  const actor = await check(id);
  await changeUser(context, actor?.id ?? '', change);
  expect(await check(id)).toBeNull();
});

test('signing out ends one session and leaves the others', async () => {
  const [one, other] = [await newSession(), await newSession()];
  await endSession(context, one);
  expect(await check(one)).toBeNull();
  expect(await check(other)).not.toBeNull();
});

test('a disabled account is refused like a wrong password', async () => {
  const outcome = await attempt('correct horse');
  await changeUser(context, 'user' in outcome ? outcome.user.id : '', { disabled: true });
  expect(await attempt('correct horse')).toEqual({ refused: 'wrong-credentials' });
});
