/** API tokens: shown once when they are made, kept as a hash, refused once they have expired or were revoked. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ApiToken, CreatedApiToken, CreateToken } from '../contracts/accounts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/api-tokens.ts';
import type { StoredToken } from '../store/api-tokens.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';

const tokenPrefix = 'aquila_';
const tokenPattern = /^aquila_[A-Za-z0-9_-]{43}$/;
const dayMs = 24 * 3_600_000;
const touchEveryMs = 60_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function toContract(token: StoredToken): ApiToken {
  return {
    ...token,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}

export async function createToken(
  context: ConsoleContext,
  input: CreateToken,
  createdBy: string,
): Promise<CreatedApiToken> {
  const token = tokenPrefix + randomBytes(32).toString('base64url');
  const now = context.now();
  const stored: StoredToken = {
    id: randomUUID(),
    name: input.name,
    role: input.role,
    createdBy,
    createdAt: now,
    expiresAt: input.expiresInDays === null ? null : new Date(now.getTime() + input.expiresInDays * dayMs),
    lastUsedAt: null,
  };
  await store.insertToken(context.database, stored, sha256(token));
  return { ...toContract(stored), token };
}

/** The actor behind a token, or null. Looked up by its hash, so the time taken says nothing about the token. */
export async function checkToken(context: ConsoleContext, text: string, ip: string): Promise<Actor | null> {
  if (!tokenPattern.test(text)) return null;
  const token = await store.findTokenByHash(context.database, sha256(text));
  const now = context.now();
  if (token === null || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  if (now.getTime() - (token.lastUsedAt?.getTime() ?? 0) > touchEveryMs) {
    await store.touchToken(context.database, token.id, now);
  }
  return { kind: 'token', id: token.id, name: `token:${token.name}`, role: token.role, ip, sessionId: null };
}

export async function listTokens(context: ConsoleContext, query: PageQuery): Promise<List<ApiToken>> {
  const tokens = (await store.listTokens(context.database)).map(toContract);
  const shape = {
    textOf: (token: ApiToken) => `${token.name} ${token.role} ${token.createdBy}`,
    keyOf: (token: ApiToken) => token.createdAt,
  };
  return pageOf(tokens, query, shape, { asOf: context.now().toISOString(), stale: false });
}

export async function revokeToken(context: ConsoleContext, id: string): Promise<ApiToken> {
  const token = await store.deleteToken(context.database, id);
  if (token === null) throw new ConsoleError('not-found', 'There is no such token.');
  return toContract(token);
}
