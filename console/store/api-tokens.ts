/** API tokens by the SHA-256 of their text, which is all that is kept. */
import type { Role } from '../contracts/envelope.ts';
import { roleSchema } from '../contracts/envelope.ts';
import type { Database } from './database.ts';

export interface StoredToken {
  id: string;
  name: string;
  role: Role;
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

export async function listTokens(database: Database): Promise<StoredToken[]> {
  return (await database.apiToken.findMany({ orderBy: { createdAt: 'asc' } })).map(toToken);
}

export async function deleteToken(database: Database, id: string): Promise<StoredToken | null> {
  return database.$transaction(async (inside) => {
    const row = await inside.apiToken.findUnique({ where: { id } });
    if (row === null) return null;
    await inside.apiToken.delete({ where: { id } });
    return toToken(row);
  });
}

export async function touchToken(database: Database, id: string, at: Date): Promise<void> {
  await database.apiToken.updateMany({ where: { id }, data: { lastUsedAt: at } });
}
