/** Sessions of signed-in people: one row for each sign-in, looked up at every request, so that ending it takes effect at once. */
import { ifPossible } from './best-effort.ts';
import type { Database } from './database.ts';
import type { StoredUser } from './users.ts';
import { toUser } from './users.ts';

export interface StoredSession {
  id: string;
  userId: string;
  tokenVersion: number;
  ip: string;
  userAgent: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

export interface SessionWithUser {
  session: StoredSession;
  user: StoredUser;
}

export async function insertSession(database: Database, session: StoredSession): Promise<void> {
  await database.session.create({ data: session });
}

export async function findSession(database: Database, id: string): Promise<SessionWithUser | null> {
  const row = await database.session.findUnique({ where: { id }, include: { user: true } });
  if (row === null) return null;
  const { user, ...session } = row;
  return { session, user: toUser(user) };
}

export async function touchSession(database: Database, id: string, at: Date): Promise<void> {
  await ifPossible(() => database.session.updateMany({ where: { id }, data: { lastSeenAt: at } }));
}

/** False when there was none. */
export async function deleteSession(database: Database, id: string): Promise<boolean> {
  return (await database.session.deleteMany({ where: { id } })).count > 0;
}

export async function deleteSessionsExpiredBefore(database: Database, at: Date): Promise<void> {
  await database.session.deleteMany({ where: { expiresAt: { lt: at } } });
}

/** Those that are still good at `at`; `seenAfter` is the idle limit. `userId` null: of everybody. */
export async function listOpenSessions(
  database: Database,
  at: Date,
  seenAfter: Date,
  userId: string | null = null,
): Promise<SessionWithUser[]> {
  const rows = await database.session.findMany({
    where: { expiresAt: { gt: at }, lastSeenAt: { gt: seenAfter }, ...(userId === null ? {} : { userId }) },
    include: { user: true },
    orderBy: { createdAt: 'desc' },
  });
  return rows
    .map(({ user, ...session }) => ({ session, user: toUser(user) }))
    .filter(({ session, user }) => session.tokenVersion === user.tokenVersion && !user.disabled);
}
