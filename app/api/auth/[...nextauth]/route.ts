/**
 * next-auth's routes, with a door before the one that takes passwords: size, origin, one session at a time for a
 * browser, and 429 with Retry-After where next-auth only knows 401.
 */
import NextAuth from 'next-auth';
import { NextRequest } from 'next/server';
import { announcePublicUrl } from '@/console/config/console-config.ts';
import { readSignInError } from '@/console/contracts/sign-in.ts';
import { authOptions } from '@/console/services/auth-options.ts';
import { consoleContext } from '@/console/services/context.ts';
import { sameOrigin } from '@/console/services/same-origin.ts';
import { readSessionId, sessionCookieName } from '@/console/services/session-cookie.ts';
import { dropSession } from '@/console/services/sessions.ts';
import { problemResponse } from '../../problem-response.ts';

interface RouteContext {
  params: Promise<{ nextauth: string[] }>;
}

const bodyBytesMax = 16_384;

function withStatus(
  response: Response,
  body: string,
  status: number,
  retryAfterSeconds: number | null,
): Response {
  const headers = new Headers(response.headers);
  if (retryAfterSeconds !== null) headers.set('Retry-After', String(retryAfterSeconds));
  headers.set('Cache-Control', 'no-store');
  return new Response(body, { status, headers });
}

/** Gives a refused sign-in the status that it means. */
async function withTrueStatus(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.includes('json')) return response;
  const body = await response.text();
  const answer: unknown = JSON.parse(body);
  const url = typeof answer === 'object' && answer !== null && 'url' in answer ? String(answer.url) : '';
  const error = URL.canParse(url) ? new URL(url).searchParams.get('error') : null;
  if (error === null) return withStatus(response, body, response.status, null);
  const failure = readSignInError(error);
  const status = failure.error === 'too-many-tries' ? 429 : failure.error === 'busy' ? 503 : 401;
  return withStatus(response, body, status, failure.retryAfterSeconds);
}

async function handleAuth(request: NextRequest, route: RouteContext): Promise<Response> {
  const context = await consoleContext();
  announcePublicUrl(context.config);
  const options = authOptions(context);
  if (request.method !== 'POST') return (await NextAuth(request, route, options)) as Response;

  if (sameOrigin(request.headers, context.config.publicUrl) === 'other') {
    return problemResponse({ type: 'cross-site', detail: 'Sign in from the console itself.' });
  }
  const body = await request.text();
  if (Buffer.byteLength(body) > bodyBytesMax) {
    return problemResponse({ type: 'too-large', detail: `A sign-in has at most ${bodyBytesMax} bytes.` });
  }
  const before = await readSessionId(context, request.cookies.get(sessionCookieName(context))?.value);
  const copy = new NextRequest(request.url, { method: 'POST', headers: request.headers, body });
  const response = await withTrueStatus((await NextAuth(copy, route, options)) as Response);
  const signedIn = response.headers
    .getSetCookie()
    .some((cookie) => cookie.startsWith(`${sessionCookieName(context)}=ey`));
  if (signedIn && before !== null) await dropSession(context, before);
  return response;
}

export { handleAuth as GET, handleAuth as POST };
