/** For pages: who is signed in. Every page asks here; the redirect in proxy.ts is a courtesy, not the lock. */
import 'server-only';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { pagePaths } from '../contracts/paths.ts';
import { consoleContext } from './context.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { peerAddress } from './peer-address.ts';
import { contextOf } from './permission.ts';
export { hasRole } from './roles.ts';
import { actorOfCookie, sessionCookieName } from './session-cookie.ts';

export type CurrentUser = Actor;

/** The path that was asked for, as proxy.ts passes it on. */
export const requestedPathHeader = 'x-aquila-path';

/** Asked of the database once for each request, by whatever of the page asks first. */
export const currentUser = cache(async (): Promise<CurrentUser | null> => {
  const context = await consoleContext();
  const cookie = (await cookies()).get(sessionCookieName(context))?.value;
  return actorOfCookie(context, cookie, peerAddress(await headers()));
});

/** The signed-in user; others are sent to the sign-in page and come back after it. */
export async function requireUser(): Promise<CurrentUser> {
  const user = await currentUser();
  if (user !== null) return user;
  const path = (await headers()).get(requestedPathHeader);
  redirect(pagePaths.login(path === null || path === '/' ? undefined : path));
}

/** The console as the signed-in user may see it: what pages are made from. */
export async function requireUserContext(): Promise<{ user: CurrentUser; context: ConsoleContext }> {
  const user = await requireUser();
  return { user, context: contextOf(await consoleContext(), user) };
}
