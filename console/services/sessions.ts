/**
 * Who is behind a session. The cookie names a row; the row and its user decide, at every request, so that signing out,
 * a new password, a new role or a disabled account take effect at once.
 *
 * A session ends after `sessionHours` whatever happens, and after `sessionIdleMinutes` without a request.
 */
import { randomUUID } from 'node:crypto';
import type { Session } from '../contracts/accounts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/sessions.ts';
import type { StoredUser } from '../store/users.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { openStreams } from './open-streams.ts';
import { rightsOf } from './rights.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** How exactly the last request is remembered. */
const touchEveryMs = 15_000;

export interface SessionOrigin {
  ip: string;
  userAgent: string;
}

export async function createSession(
  context: ConsoleContext,
  user: StoredUser,
  origin: SessionOrigin,
): Promise<string> {
  const id = randomUUID();
  const now = context.now();
  await store.deleteSessionsExpiredBefore(context.database, now);
  await store.insertSession(context.database, {
    id,
    userId: user.id,
    tokenVersion: user.tokenVersion,
    ip: origin.ip,
    userAgent: origin.userAgent.slice(0, 300),
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + context.config.sessionHours * hourMs),
  });
  return id;
}

export interface CheckOptions {
  ip: string;
  /** False for a stream's own check, which is nobody's request. */
  touch?: boolean;
}

/** The actor, or null when the session has ended. */
export async function checkSession(
  context: ConsoleContext,
  sessionId: string,
  { ip, touch = true }: CheckOptions,
): Promise<Actor | null> {
  const found = await store.findSession(context.database, sessionId);
  if (found === null) return null;
  const { session, user } = found;
  const now = context.now();
  const idleMs = now.getTime() - session.lastSeenAt.getTime();
  const ended = session.expiresAt <= now || idleMs > context.config.sessionIdleMinutes * minuteMs;
  if (ended || user.disabled || user.tokenVersion !== session.tokenVersion) {
    await store.deleteSession(context.database, sessionId);
    return null;
  }
  // Seen in times still to come: the clock was set back, and from now on counts what it says now.
  if (touch && Math.abs(idleMs) > touchEveryMs) await store.touchSession(context.database, sessionId, now);
  return { kind: 'user', id: user.id, name: user.name, ...rightsOf(user), ip, sessionId };
}

/** The streams it has open end with it. `userId`: only if it is theirs. */
export async function endSession(context: ConsoleContext, sessionId: string, userId?: string): Promise<void> {
  const found = userId === undefined ? null : await store.findSession(context.database, sessionId);
  const isTheirs = userId === undefined || found?.user.id === userId;
  if (!isTheirs || !(await store.deleteSession(context.database, sessionId))) {
    throw new ConsoleError('not-found', 'There is no such session.');
  }
  openStreams.closeOf(sessionId);
}

/** For the session that a new sign-in of the same browser takes the place of. */
export async function dropSession(context: ConsoleContext, sessionId: string): Promise<void> {
  await store.deleteSession(context.database, sessionId);
  openStreams.closeOf(sessionId);
}

/** `asker` is told which one is its own. `userId`: only those of that user. */
export async function listSessions(
  context: ConsoleContext,
  query: PageQuery,
  asker: Pick<Actor, 'sessionId'>,
  userId?: string,
): Promise<List<Session>> {
  const now = context.now();
  const seenAfter = new Date(now.getTime() - context.config.sessionIdleMinutes * minuteMs);
  const open = await store.listOpenSessions(context.database, now, seenAfter, userId ?? null);
  const items = open.map(({ session, user }) => ({
    id: session.id,
    user: user.name,
    ip: session.ip,
    userAgent: session.userAgent,
    current: session.id === asker.sessionId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
  }));
  const shape = {
    textOf: (item: Session) => `${item.user} ${item.ip} ${item.userAgent}`,
    keyOf: (item: Session) => item.createdAt,
  };
  return pageOf(items, query, shape, { asOf: now.toISOString(), stale: false });
}
