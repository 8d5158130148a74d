/**
 * next-auth's routes, with a door before the one that takes passwords: size, origin, one session at a time for a
 * browser, and 429 with Retry-After where next-auth only knows 401. The way to an OpenID provider and back begins with
 * asking where its endpoints are; one that does not answer, or speaks for another, leads back to the sign-in page.
 */
import NextAuth from 'next-auth';
import { NextRequest } from 'next/server';
import { announcePublicUrl } from '@/console/config/console-config.ts';
import { pagePaths } from '@/console/contracts/paths.ts';
import { elsewhereProvider, readSignInError } from '@/console/contracts/sign-in.ts';
import { authOptions } from '@/console/services/auth-options.ts';
import { consoleContext } from '@/console/services/context.ts';
import type { ConsoleContext } from '@/console/services/context.ts';
import { errorFields, logEvent } from '@/console/services/log.ts';
import { endpointsOf, OidcError } from '@/console/services/oidc-discovery.ts';
import type { OidcEndpoints } from '@/console/services/oidc-discovery.ts';
import { peerAddress } from '@/console/services/peer-address.ts';
import { sameOrigin } from '@/console/services/same-origin.ts';
import { readSessionId, sessionCookieName } from '@/console/services/session-cookie.ts';
import { dropSession } from '@/console/services/sessions.ts';
import { refusalOf } from '../../handler.ts';
import { problemResponse } from '../../problem-response.ts';
import { bodyWithinMs, readBody } from '../../read-body.ts';

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

/** The endpoints where this request needs them, else null. Throws OidcError. */
async function endpointsFor(context: ConsoleContext, route: RouteContext): Promise<OidcEndpoints | null> {
  const { oidc } = context.config;
  const [, provider] = (await route.params).nextauth;
  if (oidc === null || provider !== elsewhereProvider) return null;
  return endpointsOf(oidc.issuer, context.now().getTime());
}

/** To the sign-in page, with the reason: as next-auth's own page asks for it, or as a browser follows it. */
function backToSignIn(context: ConsoleContext, request: NextRequest, error: unknown): Response {
  if (!(error instanceof OidcError)) throw error;
  logEvent('warn', 'oidc-failed', { code: error.code, ...errorFields(error) });
  const url = `${context.config.publicUrl}${pagePaths.login(undefined, error.code)}`;
  const headers = { 'Cache-Control': 'no-store' };
  return request.method === 'POST'
    ? Response.json({ url }, { headers })
    : new Response(null, { status: 302, headers: { ...headers, Location: url } });
}

async function handleAuth(request: NextRequest, route: RouteContext): Promise<Response> {
  const context = await consoleContext();
  announcePublicUrl(context.config);
  if (request.method === 'POST' && sameOrigin(request.headers, context.config.publicUrl) === 'other') {
    return problemResponse({ type: 'cross-site', detail: 'Sign in from the console itself.' });
  }
  let body: string | undefined;
  try {
    if (request.method === 'POST')
      body = String(await readBody(request, { bytesMax: bodyBytesMax, withinMs: bodyWithinMs }));
  } catch (error) {
    return refusalOf(error, 'sign-in');
  }
  try {
    const oidc = await endpointsFor(context, route);
    const origin = { ip: peerAddress(request.headers), userAgent: request.headers.get('user-agent') ?? '' };
    return await answer(request, route, { context, body, options: authOptions(context, { origin, oidc }) });
  } catch (error) {
    return backToSignIn(context, request, error);
  }
}

interface Asked {
  context: ConsoleContext;
  body: string | undefined;
  options: ReturnType<typeof authOptions>;
}

async function answer(
  request: NextRequest,
  route: RouteContext,
  { context, body, options }: Asked,
): Promise<Response> {
  const before = await readSessionId(context, request.cookies.get(sessionCookieName(context))?.value);
  const copy =
    body === undefined
      ? request
      : new NextRequest(request.url, { method: 'POST', headers: request.headers, body });
  const raw = (await NextAuth(copy, route, options)) as Response;
  const response = body === undefined ? raw : await withTrueStatus(raw);
  const signedIn = response.headers
    .getSetCookie()
    .some((cookie) => cookie.startsWith(`${sessionCookieName(context)}=ey`));
  // Reading a session writes its cookie again, too; only coming back from signing in makes a new one.
  const isReturn = (await route.params).nextauth[0] === 'callback';
  if (signedIn && isReturn && before !== null) await dropSession(context, before);
  return response;
}

export { handleAuth as GET, handleAuth as POST };
