/**
 * Users: who may sign in. A change of password, role or access raises `tokenVersion`, which ends the user's sessions.
 *
 * One administrator with a password always stays: those who sign in elsewhere do not count, since elsewhere may be gone.
 */
import { z } from 'zod';
import { clusterRoleSchema } from '../contracts/accounts.ts';
import type { ClusterRole } from '../contracts/accounts.ts';
import type { Role } from '../contracts/envelope.ts';
import { roleSchema } from '../contracts/envelope.ts';
import type { Database, Transaction } from './database.ts';
import { transact } from './transact.ts';

export interface StoredUser {
  id: string;
  name: string;
  /** Empty: signs in elsewhere. */
  passwordHash: string;
  role: Role;
  /** Null: all. */
  clusters: readonly ClusterRole[] | null;
  /** Of those who sign in elsewhere: SHA-256 of issuer and subject. */
  externalId: string | null;
  disabled: boolean;
  tokenVersion: number;
  createdAt: Date;
  lastLoginAt: Date | null;
}

export interface UserChange {
  role?: Role | undefined;
  clusters?: readonly ClusterRole[] | null | undefined;
  disabled?: boolean | undefined;
  passwordHash?: string | undefined;
}

export type UserChangeOutcome = { user: StoredUser } | { refused: 'not-found' | 'last-admin' };

interface UserRow extends Omit<StoredUser, 'role' | 'clusters'> {
  role: string;
  clusters: string | null;
}

const storedClusters = z.array(clusterRoleSchema);

/** What cannot be read is no part in anything, rather than in everything. */
function clustersOf(text: string): ClusterRole[] {
  try {
    return storedClusters.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

export function toUser(row: UserRow): StoredUser {
  return {
    ...row,
    role: roleSchema.parse(row.role),
    clusters: row.clusters === null ? null : clustersOf(row.clusters),
  };
}

const textOf = (clusters: readonly ClusterRole[] | null) =>
  clusters === null ? null : JSON.stringify(clusters);

export async function findUserByName(database: Database, name: string): Promise<StoredUser | null> {
  const row = await database.user.findUnique({ where: { name } });
  return row === null ? null : toUser(row);
}

export async function findUserById(database: Database, id: string): Promise<StoredUser | null> {
  const row = await database.user.findUnique({ where: { id } });
  return row === null ? null : toUser(row);
}

export async function findUserByExternalId(
  database: Database,
  externalId: string,
): Promise<StoredUser | null> {
  const row = await database.user.findUnique({ where: { externalId } });
  return row === null ? null : toUser(row);
}

export async function listUsers(database: Database): Promise<StoredUser[]> {
  return (await database.user.findMany({ orderBy: { name: 'asc' } })).map(toUser);
}

export async function countUsers(database: Database): Promise<number> {
  return database.user.count();
}

/** False when the name is taken. */
export async function insertUser(database: Database, user: StoredUser): Promise<boolean> {
  return transact(database, async (inside) => {
    if ((await inside.user.count({ where: { name: user.name } })) > 0) return false;
    await inside.user.create({ data: { ...user, clusters: textOf(user.clusters) } });
    return true;
  });
}

type Standing = Pick<UserRow, 'role' | 'disabled' | 'passwordHash'>;
const isKeeper = ({ role, disabled, passwordHash }: Standing) =>
  role === 'admin' && !disabled && passwordHash !== '';

async function isLastKeeper(inside: Transaction, row: UserRow): Promise<boolean> {
  if (!isKeeper(row)) return false;
  const others = { role: 'admin', disabled: false, passwordHash: { not: '' }, id: { not: row.id } };
  return (await inside.user.count({ where: others })) === 0;
}

/** Refuses what would leave no administrator who can sign in; the transaction holds when two of them try at once. */
export async function changeUser(
  database: Database,
  id: string,
  change: UserChange,
): Promise<UserChangeOutcome> {
  return transact(database, async (inside): Promise<UserChangeOutcome> => {
    const before = await inside.user.findUnique({ where: { id } });
    if (before === null) return { refused: 'not-found' };
    const after = {
      role: change.role ?? before.role,
      disabled: change.disabled ?? before.disabled,
      passwordHash: change.passwordHash ?? before.passwordHash,
      clusters: change.clusters === undefined ? before.clusters : textOf(change.clusters),
      tokenVersion: before.tokenVersion + 1,
    };
    if (!isKeeper(after) && (await isLastKeeper(inside, before))) return { refused: 'last-admin' };
    return { user: toUser(await inside.user.update({ where: { id }, data: after })) };
  });
}

/** A new password by its owner: the session it is changed in stays, the others end. False when the user is gone. */
export async function changeOwnPassword(
  database: Database,
  id: string,
  passwordHash: string,
  sessionId: string,
): Promise<boolean> {
  return transact(database, async (inside) => {
    const before = await inside.user.findUnique({ where: { id } });
    if (before === null) return false;
    const tokenVersion = before.tokenVersion + 1;
    await inside.user.update({ where: { id }, data: { passwordHash, tokenVersion } });
    await inside.session.deleteMany({ where: { userId: id, id: { not: sessionId } } });
    await inside.session.updateMany({ where: { id: sessionId }, data: { tokenVersion } });
    return true;
  });
}

/** With the user's own tokens. */
export async function deleteUser(database: Database, id: string): Promise<UserChangeOutcome> {
  return transact(database, async (inside): Promise<UserChangeOutcome> => {
    const row = await inside.user.findUnique({ where: { id } });
    if (row === null) return { refused: 'not-found' };
    if (await isLastKeeper(inside, row)) return { refused: 'last-admin' };
    await inside.apiToken.deleteMany({ where: { userId: id } });
    await inside.user.delete({ where: { id } });
    return { user: toUser(row) };
  });
}

export async function recordLogin(database: Database, id: string, at: Date): Promise<void> {
  await database.user.updateMany({ where: { id }, data: { lastLoginAt: at } });
}
