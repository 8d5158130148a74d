/** API tokens by the SHA-256 of their text, which is all that is kept. */
import type { Role } from '../contracts/envelope.ts';
import { roleSchema } from '../contracts/envelope.ts';
import { ifPossible } from './best-effort.ts';
import type { Database } from './database.ts';
import { transact } from './transact.ts';

export interface StoredToken {
  id: string;
  name: string;
  role: Role;
  /** Whose own it is; null: of nobody. */
  userId: string | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

function toToken({
  sha256: _,
  ...row
}: Omit<StoredToken, 'role'> & { role: string; sha256: string }): StoredToken {
  return { ...row, role: roleSchema.parse(row.role) };
}

export async function insertToken(database: Database, token: StoredToken, sha256: string): Promise<void> {
  await database.apiToken.create({ data: { ...token, sha256 } });
}

export async function findTokenByHash(database: Database, sha256: string): Promise<StoredToken | null> {
  const row = await database.apiToken.findUnique({ where: { sha256 } });
  return row === null ? null : toToken(row);
}

/** `userId`: only that user's own. */
export async function listTokens(database: Database, userId?: string): Promise<StoredToken[]> {
  const where = userId === undefined ? {} : { userId };
  return (await database.apiToken.findMany({ where, orderBy: { createdAt: 'asc' } })).map(toToken);
}

export async function deleteToken(
  database: Database,
  id: string,
  userId?: string,
): Promise<StoredToken | null> {
  return transact(database, async (inside) => {
    const row = await inside.apiToken.findUnique({ where: { id } });
    if (row === null || (userId !== undefined && row.userId !== userId)) return null;
    await inside.apiToken.delete({ where: { id } });
    return toToken(row);
  });
}

export async function touchToken(database: Database, id: string, at: Date): Promise<void> {
  await ifPossible(() => database.apiToken.updateMany({ where: { id }, data: { lastUsedAt: at } }));
}
