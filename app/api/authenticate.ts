/** Who sends a request to the API: a Bearer token when one is given (and then nothing else), otherwise the session cookie. */
import type { NextRequest } from 'next/server';
import { checkToken } from '@/console/services/api-tokens.ts';
import type { Actor, ConsoleContext } from '@/console/services/context.ts';
import { peerAddress } from '@/console/services/peer-address.ts';
import { actorOfCookie, sessionCookieName } from '@/console/services/session-cookie.ts';

export async function authenticate(context: ConsoleContext, request: NextRequest): Promise<Actor | null> {
  const ip = peerAddress(request.headers);
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    return token === undefined ? null : checkToken(context, token, ip);
  }
  return actorOfCookie(context, request.cookies.get(sessionCookieName(context))?.value, ip);
}
