/**
 * The session cookie: an encrypted token (next-auth's JWT, A256GCM under the session secret) that holds nothing but the
 * session's id. Name, role and validity come from the database, so changing the cookie can at most make it useless.
 */
import { decode } from 'next-auth/jwt';
import { sessionCookieNames } from '../contracts/session-cookie-names.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { logEvent } from './log.ts';
import { checkSession } from './sessions.ts';

export function isSecure(context: Pick<ConsoleContext, 'config'>): boolean {
  return context.config.publicUrl.startsWith('https:');
}

export function sessionCookieName(context: Pick<ConsoleContext, 'config'>): string {
  return isSecure(context) ? sessionCookieNames.https : sessionCookieNames.http;
}

/** The session's id, or null when the cookie was not made by this console or its time is over. */
export async function readSessionId(
  context: ConsoleContext,
  cookie: string | undefined,
): Promise<string | null> {
  if (cookie === undefined || cookie === '') return null;
  try {
    const claims = await decode({ token: cookie, secret: context.sessionSecret });
    return typeof claims?.['sid'] === 'string' ? claims['sid'] : null;
  } catch {
    return null; // Forged, cut, made with another secret, or expired: all the same to us.
  }
}

export async function actorOfCookie(
  context: ConsoleContext,
  cookie: string | undefined,
  ip: string,
): Promise<Actor | null> {
  if (cookie === undefined || cookie === '') return null;
  const sessionId = await readSessionId(context, cookie);
  if (sessionId === null) {
    logEvent('warn', 'session-cookie-refused', { ip });
    return null;
  }
  return checkSession(context, sessionId, { ip });
}
