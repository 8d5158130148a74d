/**
 * Runs before pages: a content security policy with a nonce of its own for each answer, and a courtesy redirect to the
 * sign-in page. It guards nothing: every page and every endpoint checks for itself who is asking.
 *
 * Pages read the nonce from `x-nonce` and the path that was asked for from `x-aquila-path`; both are always overwritten.
 */
import { randomBytes } from 'node:crypto';
import { NextResponse } from 'next/server';
import type { NextRequest } from 'next/server';
import { consoleConfig, isDevelopment } from '@/console/config/console-config.ts';
import { pagePaths } from '@/console/contracts/paths.ts';
import { sessionCookieNames } from '@/console/contracts/session-cookie-names.ts';

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment() ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'", // Charts set sizes in style attributes, which have no nonce.
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment() ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function withSecurityHeaders(response: Response, policy: string): Response {
  response.headers.set('Content-Security-Policy', policy);
  response.headers.set('Cache-Control', 'no-store');
  if (consoleConfig().publicUrl.startsWith('https:')) {
    response.headers.set('Strict-Transport-Security', 'max-age=31536000');
  }
  return response;
}

/** Pages are only read; Next would draw them for any method. */
const methodsOfPages = ['GET', 'HEAD'];

export function proxy(request: NextRequest): Response {
  const { pathname, search } = request.nextUrl;
  const policy = contentSecurityPolicy(randomBytes(16).toString('base64'));
  if (!methodsOfPages.includes(request.method)) {
    const headers = { Allow: methodsOfPages.join(', ') };
    return withSecurityHeaders(new Response(null, { status: 405, headers }), policy);
  }
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
  const hasCookie = Object.values(sessionCookieNames).some((name) => request.cookies.has(name));
  if (!hasCookie && pathname !== '/login') {
    const wanted = `${pathname}${search}`;
    // Next wants a whole URL here; for the host that was asked it makes a path out of it again.
    const location = new URL(pagePaths.login(wanted === '/' ? undefined : wanted), request.url).toString();
    return withSecurityHeaders(new Response(null, { status: 307, headers: { Location: location } }), policy);
  }
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('x-aquila-path', `${pathname}${search}`);
  headers.set('Content-Security-Policy', policy);
  return withSecurityHeaders(NextResponse.next({ request: { headers } }), policy);
}

/** Pages only: not the API, which answers 401 by itself, nor files of the build. */
export const config = {
  matcher: ['/((?!api/|_next/static|_next/image|metrics$|ke$|ke/|icon|favicon).*)'],
};
