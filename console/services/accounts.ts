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
import { openStreams } from './open-streams.ts';
import { hashPassword } from './password-hash.ts';
import { checkPasswordStrength } from './password-strength.ts';
import { requireLimitable } from './rights.ts';

export function userContract(user: StoredUser): User {
  return {
    id: user.id,
    name: user.name,
    role: user.role,
    clusters: user.clusters === null ? null : [...user.clusters],
    source: user.externalId === null ? 'local' : 'oidc',
    disabled: user.disabled,
    createdAt: user.createdAt.toISOString(),
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
  };
}

export async function createUser(context: ConsoleContext, input: CreateUser): Promise<User> {
  checkPasswordStrength(input.name, input.password);
  const clusters = input.clusters ?? null;
  requireLimitable(input.role, clusters);
  const user: StoredUser = {
    id: randomUUID(),
    name: input.name,
    passwordHash: await hashPassword(input.password),
    role: input.role,
    clusters,
    externalId: null,
    disabled: false,
    tokenVersion: 0,
    createdAt: context.now(),
    lastLoginAt: null,
  };
  if (!(await store.insertUser(context.database, user))) {
    throw new ConsoleError('already-exists', `There is a user "${input.name}" already.`);
  }
  return userContract(user);
}

export const noSuchUser = () => new ConsoleError('not-found', 'There is no such user.');

function settled(outcome: UserChangeOutcome): User {
  if ('user' in outcome) return userContract(outcome.user);
  if (outcome.refused === 'not-found') throw noSuchUser();
  throw new ConsoleError(
    'last-admin',
    'This is the last administrator who can sign in. Make another one first.',
  );
}

/** Ends the user's sessions, whatever is changed, and the streams they have open. */
export async function changeUser(context: ConsoleContext, id: string, change: ChangeUser): Promise<User> {
  const user = await store.findUserById(context.database, id);
  if (user === null) throw noSuchUser();
  const clusters = change.clusters === undefined ? user.clusters : change.clusters;
  requireLimitable(change.role ?? user.role, clusters);
  const { role, disabled, password } = change;
  const passwordHash = password === undefined ? undefined : await newHash(user, password);
  const changed = settled(
    await store.changeUser(context.database, id, { role, clusters, disabled, passwordHash }),
  );
  openStreams.closeOfActor(id);
  return changed;
}

function newHash(user: StoredUser, password: string): Promise<string> {
  if (user.externalId !== null) {
    throw new ConsoleError('conflict', `"${user.name}" signs in elsewhere and has no password here.`);
  }
  checkPasswordStrength(user.name, password);
  return hashPassword(password);
}

/** For the command line, which knows people by name. */
export async function findUser(context: ConsoleContext, name: string): Promise<User | null> {
  const user = await store.findUserByName(context.database, name);
  return user === null ? null : userContract(user);
}

export async function deleteUser(context: ConsoleContext, id: string): Promise<User> {
  const deleted = settled(await store.deleteUser(context.database, id));
  openStreams.closeOfActor(id);
  return deleted;
}

export async function listUsers(context: ConsoleContext, query: PageQuery): Promise<List<User>> {
  const users = (await store.listUsers(context.database)).map(userContract);
  const shape = {
    textOf: (user: User) => `${user.name} ${user.role} ${user.source}`,
    keyOf: (user: User) => user.name,
  };
  return pageOf(users, query, shape, { asOf: context.now().toISOString(), stale: false });
}
