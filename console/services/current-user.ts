/** For pages: who is signed in. Every page asks here; the redirect in proxy.ts is a courtesy, not the lock. */
import 'server-only';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { pagePaths } from '../contracts/paths.ts';
import { consoleContext } from './context.ts';
import type { Actor } from './context.ts';
import { peerAddress } from './peer-address.ts';
export { hasRole } from './roles.ts';
import { actorOfCookie, sessionCookieName } from './session-cookie.ts';

export type CurrentUser = Actor;

/** The path that was asked for, as proxy.ts passes it on. */
export const requestedPathHeader = 'x-aquila-path';

export async function currentUser(): Promise<CurrentUser | null> {
  const context = await consoleContext();
  const cookie = (await cookies()).get(sessionCookieName(context))?.value;
  return actorOfCookie(context, cookie, peerAddress(await headers()));
}

/** The signed-in user; others are sent to the sign-in page and come back after it. */
export async function requireUser(): Promise<CurrentUser> {
  const user = await currentUser();
  if (user !== null) return user;
  const path = (await headers()).get(requestedPathHeader);
  redirect(pagePaths.login(path === null || path === '/' ? undefined : path));
}
