/** Creates, changes, lists and removes the people who may sign in. One administrator always stays. */
import { randomUUID } from 'node:crypto';
import type { ChangeUser, CreateUser, User } from '../contracts/accounts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/users.ts';
import type { StoredUser, UserChangeOutcome } from '../store/users.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { hashPassword } from './password-hash.ts';

/** Passwords that came with other consoles and are the first that anybody tries. */
const knownPasswords = new Set([
  'admin',
  '123456',
  'password',
  'admin123',
  '12345678',
  'kafka-eagle',
  'changeme',
  'password1',
]);

function toContract(user: StoredUser): User {
  return {
    id: user.id,
    name: user.name,
    role: user.role,
    disabled: user.disabled,
    createdAt: user.createdAt.toISOString(),
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  };
}

export function checkPasswordStrength(name: string, password: string): void {
  const lower = password.toLowerCase();
  if (knownPasswords.has(lower) || lower === name.toLowerCase()) {
    throw new ConsoleError('invalid', 'The password is one that everybody tries first.', {
      errors: { password: 'is one that everybody tries first' },
    });
  }
}

export async function createUser(context: ConsoleContext, input: CreateUser): Promise<User> {
  checkPasswordStrength(input.name, input.password);
  const user: StoredUser = {
    id: randomUUID(),
    name: input.name,
    passwordHash: await hashPassword(input.password),
    role: input.role,
    disabled: false,
    tokenVersion: 0,
    createdAt: context.now(),
    lastLoginAt: null,
  };
  if (!(await store.insertUser(context.database, user))) {
    throw new ConsoleError('already-exists', `There is a user "${input.name}" already.`);
  }
  return toContract(user);
}

function settled(outcome: UserChangeOutcome): User {
  if ('user' in outcome) return toContract(outcome.user);
  if (outcome.refused === 'not-found') throw new ConsoleError('not-found', 'There is no such user.');
  throw new ConsoleError(
    'last-admin',
    'This is the last administrator who can sign in. Make another one first.',
  );
}

/** Ends the user's sessions, whatever is changed. */
export async function changeUser(context: ConsoleContext, id: string, change: ChangeUser): Promise<User> {
  const passwordHash =
    change.password === undefined ? undefined : await newHash(context, id, change.password);
  return settled(
    await store.changeUser(context.database, id, {
      role: change.role,
      disabled: change.disabled,
      passwordHash,
    }),
  );
}

async function newHash(context: ConsoleContext, id: string, password: string): Promise<string> {
  const user = await store.findUserById(context.database, id);
  if (user === null) throw new ConsoleError('not-found', 'There is no such user.');
  checkPasswordStrength(user.name, password);
  return hashPassword(password);
}

/** For the command line, which knows people by name. */
export async function findUser(context: ConsoleContext, name: string): Promise<User | null> {
  const user = await store.findUserByName(context.database, name);
  return user === null ? null : toContract(user);
}

export async function deleteUser(context: ConsoleContext, id: string): Promise<User> {
  return settled(await store.deleteUser(context.database, id));
}

export async function listUsers(context: ConsoleContext, query: PageQuery): Promise<List<User>> {
  const users = (await store.listUsers(context.database)).map(toContract);
  const shape = { textOf: (user: User) => `${user.name} ${user.role}`, keyOf: (user: User) => user.name };
  return pageOf(users, query, shape, { asOf: context.now().toISOString(), stale: false });
}
