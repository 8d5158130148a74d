/** Users: who may sign in. A change of password, role or access raises `tokenVersion`, which ends the user's sessions. */
import type { Role } from '../contracts/envelope.ts';
import { roleSchema } from '../contracts/envelope.ts';
import type { Database } from './database.ts';

export interface StoredUser {
  id: string;
  name: string;
  passwordHash: string;
  role: Role;
  disabled: boolean;
  tokenVersion: number;
  createdAt: Date;
  lastLoginAt: Date | null;
}

export interface UserChange {
  role?: Role | undefined;
  disabled?: boolean | undefined;
  passwordHash?: string | undefined;
}

export type UserChangeOutcome = { user: StoredUser } | { refused: 'not-found' | 'last-admin' };

type UserRow = Omit<StoredUser, 'role'> & { role: string };

function toUser(row: UserRow): StoredUser {
  return { ...row, role: roleSchema.parse(row.role) };
}

export async function findUserByName(database: Database, name: string): Promise<StoredUser | null> {
  const row = await database.user.findUnique({ where: { name } });
  return row === null ? null : toUser(row);
}

export async function findUserById(database: Database, id: string): Promise<StoredUser | null> {
  const row = await database.user.findUnique({ where: { id } });
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
  return database.$transaction(async (inside) => {
    if ((await inside.user.count({ where: { name: user.name } })) > 0) return false;
    await inside.user.create({ data: user });
    return true;
  });
}

/** Refuses what would leave no administrator who can sign in; the transaction holds when two of them try at once. */
export async function changeUser(
  database: Database,
  id: string,
  change: UserChange,
): Promise<UserChangeOutcome> {
  return database.$transaction(async (inside): Promise<UserChangeOutcome> => {
    const before = await inside.user.findUnique({ where: { id } });
    if (before === null) return { refused: 'not-found' };
    const role = change.role ?? before.role;
    const disabled = change.disabled ?? before.disabled;
    const stays = role === 'admin' && !disabled;
    if (
      !stays &&
      (await inside.user.count({ where: { role: 'admin', disabled: false, id: { not: id } } })) === 0
    ) {
      if (before.role === 'admin' && !before.disabled) return { refused: 'last-admin' };
    }
    const row = await inside.user.update({
      where: { id },
      data: {
        role,
        disabled,
        passwordHash: change.passwordHash ?? before.passwordHash,
        tokenVersion: before.tokenVersion + 1,
      },
    });
    return { user: toUser(row) };
  });
}

export async function deleteUser(database: Database, id: string): Promise<UserChangeOutcome> {
  return database.$transaction(async (inside): Promise<UserChangeOutcome> => {
    const row = await inside.user.findUnique({ where: { id } });
    if (row === null) return { refused: 'not-found' };
    const others = await inside.user.count({ where: { role: 'admin', disabled: false, id: { not: id } } });
    if (row.role === 'admin' && !row.disabled && others === 0) return { refused: 'last-admin' };
    await inside.user.delete({ where: { id } });
    return { user: toUser(row) };
  });
}

export async function recordLogin(database: Database, id: string, at: Date): Promise<void> {
  await database.user.updateMany({ where: { id }, data: { lastLoginAt: at } });
}
