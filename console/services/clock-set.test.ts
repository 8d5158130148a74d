/**
 * A clock that is set: an hour back, an hour ahead, over the change to summer time, past the last second of 32 bits. Nobody is
 * signed out or locked out by it but whom the limits of sessions and tries say, and nothing lasts longer than those allow.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changeUser, createUser } from './accounts.ts';
import { checkToken, createToken } from './api-tokens.ts';
import { listAudit } from './audit.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { checkSession, createSession, listSessions } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';
import { checkTopicToken, rotateTopicToken } from './topic-token.ts';

// Each sign-in hashes a password, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const minute = 60_000;
const hour = 60 * minute;
const ip = '10.0.0.1';
const password = 'correct horse';
let console_: TestConsole;
let context: ConsoleContext;
beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
});
afterEach(() => console_.close());

interface Person {
  readonly name: string;
  readonly session: string;
  readonly token: string;
}

async function people(): Promise<Person[]> {
  const all: Person[] = [];
  for (const name of ['ann', 'ben', 'cleo']) {
    await createUser(context, { name, role: 'operator', password });
    const tried = await signIn(context, { username: name, password, ip });
    if (!('user' in tried)) throw new Error('not signed in');
    const session = await createSession(context, tried.user, { ip, userAgent: '' });
    const input = { name, role: 'viewer', expiresInDays: 1 } as const;
    all.push({ name, session, token: (await createToken(context, input, name)).token });
  }
  return all;
}

const sessionsOf = async (all: readonly Person[], touch = true): Promise<boolean[]> => {
  const actors = [];
  for (const { session } of all) actors.push(await checkSession(context, session, { ip, touch }));
  return actors.map((actor) => actor !== null);
};
const tokensOf = async (all: readonly Person[]): Promise<boolean[]> => {
  const actors = [];
  for (const { token } of all) actors.push(await checkToken(context, token, ip));
  return actors.map((actor) => actor !== null);
};
const allOf = (value: boolean) => [value, value, value];

test('an hour back ends no session and no token, and a session is idle from its next request on', async () => {
  const all = await people();
  console_.pass(-hour);
  expect(await sessionsOf(all)).toEqual(allOf(true));
  expect(await tokensOf(all)).toEqual(allOf(true));
  const open = await listSessions(context, { limit: 10 }, { sessionId: null });
  expect(open.total).toBe(3);
  console_.pass(29 * minute);
  expect(await sessionsOf(all.slice(0, 1))).toEqual([true]);
  console_.pass(2 * minute);
  expect(await sessionsOf(all)).toEqual([true, false, false]);
  expect(await tokensOf(all)).toEqual(allOf(true));
});

test('an hour back makes no lock longer than its window, of passwords and of the topic token', async () => {
  const [ann] = await people();
  const token = await rotateTopicToken(context);
  const actor: Actor = {
    kind: 'user',
    id: 'x',
    name: 'x',
    role: 'operator',
    clusters: null,
    ip,
    sessionId: null,
  };
  for (let tries = 0; tries < 6; tries += 1) {
    await signIn(context, { username: 'ann', password: 'wrong', ip });
    await checkTopicToken(context, actor, 'wrong');
  }
  expect(await checkTopicToken(context, actor, token)).toEqual({ retryAfterSeconds: 900 });
  console_.pass(-5_000);
  expect(await checkTopicToken(context, actor, token)).toEqual({ retryAfterSeconds: 905 });
  expect(await signIn(context, { username: 'ann', password, ip })).toMatchObject({
    refused: 'too-many-tries',
  });
  console_.pass(-hour);
  expect(await checkTopicToken(context, actor, token)).toBe('right');
  expect(await signIn(context, { username: 'ann', password, ip })).toHaveProperty('user.name', ann?.name);
});

test('an hour ahead counts as an hour: sessions that may be idle for so long stay, and tokens that last longer', async () => {
  const all = await people();
  console_.pass(hour);
  // A machine that slept looks the same, so the limit for idle sessions holds.
  expect(await sessionsOf(all)).toEqual(allOf(false));
  expect(await tokensOf(all)).toEqual(allOf(true));
  const patient = { ...context, config: { ...context.config, sessionIdleMinutes: 120 } };
  const [ann] = all;
  const tried = await signIn(patient, { username: ann?.name ?? '', password, ip });
  if (!('user' in tried)) throw new Error('not signed in');
  const session = await createSession(patient, tried.user, { ip, userAgent: '' });
  console_.pass(hour);
  expect(await checkSession(patient, session, { ip })).not.toBeNull();
});

test.each([
  ['to summer time', 'Europe/Berlin', '2026-03-29T00:59:50Z'],
  ['to winter time', 'Europe/Berlin', '2026-10-25T00:59:50Z'],
  ['to summer time over there', 'America/New_York', '2026-03-08T06:59:50Z'],
])('the change %s is no time that passes', async (_name, zone, at) => {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    console_.pass(Date.parse(at) - context.now().getTime());
    const offset = context.now().getTimezoneOffset();
    const all = await people();
    console_.pass(20_000);
    expect(context.now().getTimezoneOffset()).not.toBe(offset);
    expect(await sessionsOf(all)).toEqual(allOf(true));
    expect(await tokensOf(all)).toEqual(allOf(true));
    console_.pass(29 * minute);
    expect(await sessionsOf(all)).toEqual(allOf(true));
    console_.pass(31 * minute);
    expect(await sessionsOf(all)).toEqual(allOf(false));
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('the last second of 32 bits is one like others', async () => {
  console_.pass(2 ** 31 * 1_000 - 5_000 - context.now().getTime());
  const all = await people();
  console_.pass(10_000);
  expect(context.now().toISOString()).toBe('2038-01-19T03:14:13.000Z');
  expect(await sessionsOf(all)).toEqual(allOf(true));
  expect(await tokensOf(all)).toEqual(allOf(true));
  const wrong = () => signIn(context, { username: 'ann', password: 'wrong', ip });
  for (let tries = 0; tries < 5; tries += 1) expect(await wrong()).toEqual({ refused: 'wrong-credentials' });
  expect(await wrong()).toMatchObject({ refused: 'too-many-tries', retryAfterSeconds: 900 });
  const [newest] = (await listAudit(context, { limit: 1 })).items;
  expect(newest).toMatchObject({ at: '2038-01-19T03:14:13.000Z', result: 'refused: wrong-credentials' });
  const open = await listSessions(context, { limit: 10 }, { sessionId: null });
  expect(open.items.map(({ expiresAt }) => expiresAt)).toEqual(
    Array.from({ length: 3 }, () => '2038-01-19T15:14:03.000Z'),
  );
  const [ann] = all;
  const user = await checkSession(context, ann?.session ?? '', { ip });
  await changeUser(context, user?.id ?? '', { role: 'viewer' });
  expect(await sessionsOf(all)).toEqual([false, true, true]);
});
