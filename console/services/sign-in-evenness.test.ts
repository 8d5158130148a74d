/**
 * A sign-in that is refused says as much and does as much whoever it is for: no such account, a wrong password, a disabled account, one that
 * signs in elsewhere. What takes the time is the hash, so what is counted is how often it is looked at, and at what kind of one; and while many
 * are, the event loop goes on.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { verify } from '@node-rs/argon2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { insertUser } from '../store/users.ts';
import { changeUser, createUser } from './accounts.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { signIn } from './sign-in.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';

vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<{ verify: typeof verify }>();
  return { ...real, verify: vi.fn(real.verify) };
});

let opened: TestConsole;
beforeEach(async () => {
  opened = await openTestConsole();
  const { context } = opened;
  const password = 'correct horse';
  await createUser(context, { name: 'ann', role: 'operator', password });
  const bob = await createUser(context, { name: 'bob', role: 'viewer', password });
  await changeUser(context, bob.id, { disabled: true });
  await insertUser(context.database, {
    ...{ id: 'elsewhere', name: 'eve', passwordHash: '', role: 'admin', clusters: null, externalId: 'x' },
    ...{ disabled: false, tokenVersion: 0, createdAt: context.now(), lastLoginAt: null },
  });
});
afterEach(() => opened.close());

const attempt = (username: string, password: string) =>
  signIn(opened.context, { username, password, ip: '10.0.0.1' });

test(
  'every refusal is the same answer after one look at one hash of one kind',
  { timeout: 90_000 },
  async () => {
    // What hashes cost is in their text: algorithm, memory, passes.
    const costOf = (hash: string) => hash.split('$').slice(1, 4).join('$');
    const cost = costOf(await hashPassword('any'));
    // Made once in a process, whoever is asked for first.
    await attempt('nobody', 'correct horse');
    for (const [username, password] of [
      ['ann', 'wrong horse'],
      ['nobody', 'wrong horse'],
      ['nobody', 'nobody has this password'],
      ['bob', 'correct horse'],
      ['eve', ''],
      ['eve', 'nobody has this password'],
    ] as const) {
      vi.mocked(verify).mockClear();
      expect(await attempt(username, password), username).toEqual({ refused: 'wrong-credentials' });
      expect(
        vi.mocked(verify).mock.calls.map(([hash]) => costOf(String(hash))),
        username,
      ).toEqual([cost]);
    }
  },
);

test('many at once leave the event loop to others', { timeout: 90_000 }, async () => {
  const hash = await hashPassword('correct horse');
  let isDone = false;
  const all = Promise.all(Array.from({ length: 16 }, () => verifyPassword(hash, 'correct horse')));
  const counted = (async () => {
    let turns = 0;
    for (; !isDone; turns += 1) await turn();
    return turns;
  })();
  expect(new Set(await all)).toEqual(new Set([true]));
  isDone = true;
  // Two at a time: each pair is at least one turn of its own.
  expect(await counted).toBeGreaterThanOrEqual(8);
});
