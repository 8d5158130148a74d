/**
 * API tokens: shown once when they are made, kept as a hash, refused once they have expired or were revoked.
 *
 * Those an administrator makes belong to nobody and have the role they were given. A user's own token may at each moment what
 * its owner may, at most its own role, and is refused while the owner is disabled. Streams end with the token that opened them.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ApiToken, CreatedApiToken, CreateToken } from '../contracts/accounts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/api-tokens.ts';
import type { StoredToken } from '../store/api-tokens.ts';
import { findUserById, listUsers } from '../store/users.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { openStreams } from './open-streams.ts';
import { rightsOf } from './rights.ts';
import { hasRole, lesserRole } from './roles.ts';

const tokenPrefix = 'aquila_';
const tokenPattern = /^aquila_[A-Za-z0-9_-]{43}$/;
const dayMs = 24 * 3_600_000;
const touchEveryMs = 60_000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const ownTokensMax = 50;

function toContract({ userId: _, ...token }: StoredToken, owner: string | null): ApiToken {
  return {
    ...token,
    owner,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}

export async function createToken(
  context: ConsoleContext,
  input: CreateToken,
  createdBy: string,
  userId: string | null = null,
): Promise<CreatedApiToken> {
  const token = tokenPrefix + randomBytes(32).toString('base64url');
  const now = context.now();
  const stored: StoredToken = {
    id: randomUUID(),
    name: input.name,
    role: input.role,
    userId,
    createdBy,
    createdAt: now,
    expiresAt: input.expiresInDays === null ? null : new Date(now.getTime() + input.expiresInDays * dayMs),
    lastUsedAt: null,
  };
  await store.insertToken(context.database, stored, sha256(token));
  return { ...toContract(stored, userId === null ? null : createdBy), token };
}

/** A token of one's own: of a role that one has, and not without number. */
export async function createOwnToken(
  context: ConsoleContext,
  actor: Actor,
  input: CreateToken,
): Promise<CreatedApiToken> {
  if (!hasRole(actor, input.role)) {
    throw new ConsoleError('invalid', `A token of yours can be ${actor.role} at most.`, {
      errors: { role: `is more than you may yourself: ${actor.role} at most` },
    });
  }
  if ((await store.listTokens(context.database, actor.id)).length >= ownTokensMax) {
    throw new ConsoleError('conflict', `You have ${ownTokensMax} tokens. Revoke one first.`);
  }
  return createToken(context, input, actor.name, actor.id);
}

/** What the token may now, or null when its owner is gone or disabled. */
async function rightsOfToken(
  context: ConsoleContext,
  token: StoredToken,
): Promise<Pick<Actor, 'name' | 'role' | 'clusters'> | null> {
  if (token.userId === null) return { name: `token:${token.name}`, role: token.role, clusters: null };
  const owner = await findUserById(context.database, token.userId);
  if (owner === null || owner.disabled) return null;
  return {
    ...rightsOf(owner),
    role: lesserRole(owner.role, token.role),
    name: `${owner.name}/token:${token.name}`,
  };
}

/** The actor behind a token, or null. Looked up by its hash, so the time taken says nothing about the token. */
export async function checkToken(context: ConsoleContext, text: string, ip: string): Promise<Actor | null> {
  if (!tokenPattern.test(text)) return null;
  const token = await store.findTokenByHash(context.database, sha256(text));
  const now = context.now();
  if (token === null || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  const rights = await rightsOfToken(context, token);
  if (rights === null) return null;
  if (now.getTime() - (token.lastUsedAt?.getTime() ?? 0) > touchEveryMs) {
    await store.touchToken(context.database, token.id, now);
  }
  return { kind: 'token', id: token.id, ...rights, ip, sessionId: null };
}

/** `owner`: only that user's own. */
export async function listTokens(
  context: ConsoleContext,
  query: PageQuery,
  owner?: Pick<Actor, 'id'>,
): Promise<List<ApiToken>> {
  const [stored, users] = await Promise.all([
    store.listTokens(context.database, owner?.id),
    listUsers(context.database),
  ]);
  const names = new Map(users.map(({ id, name }) => [id, name]));
  const tokens = stored.map((token) =>
    toContract(token, token.userId === null ? null : (names.get(token.userId) ?? token.createdBy)),
  );
  const shape = {
    textOf: (token: ApiToken) => `${token.name} ${token.role} ${token.createdBy}`,
    keyOf: (token: ApiToken) => token.createdAt,
  };
  return pageOf(tokens, query, shape, { asOf: context.now().toISOString(), stale: false });
}

/** `owner`: only if it is theirs. */
export async function revokeToken(
  context: ConsoleContext,
  id: string,
  owner?: Pick<Actor, 'id'>,
): Promise<void> {
  const token = await store.deleteToken(context.database, id, owner?.id);
  if (token === null) throw new ConsoleError('not-found', 'There is no such token.');
  openStreams.closeOf(token.id);
}
