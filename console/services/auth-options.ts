/**
 * next-auth with one credentials provider. It makes and reads the cookie; whether a name and a password are right, and
 * whether a session still holds, is decided by the services beside this file.
 *
 * After signing in one only gets to paths of this console: next-auth's own check compares origins, ours also refuses
 * what a browser might read as another host (`//evil`, `/\evil`).
 */
import type { NextAuthOptions, User } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { signInFields } from '../contracts/sign-in.ts';
import type { ConsoleContext } from './context.ts';
import { recordAudit } from './audit.ts';
import { errorFields, logEvent } from './log.ts';
import { peerAddressHeader } from './peer-address.ts';
import { isSecure, sessionCookieName } from './session-cookie.ts';
import { checkSession, createSession, endSession } from './sessions.ts';
import { signIn } from './sign-in.ts';

type AuthorizeRequest = { headers?: Record<string, unknown> | undefined };

function headerOf(request: AuthorizeRequest, name: string): string {
  const value = request.headers?.[name];
  return typeof value === 'string' ? value : '';
}

async function authorize(
  context: ConsoleContext,
  credentials: Record<string, string> | undefined,
  request: AuthorizeRequest,
): Promise<User> {
  const { username, password } = credentials ?? {};
  if (typeof username !== 'string' || typeof password !== 'string') throw new Error('wrong-credentials');
  const ip = headerOf(request, peerAddressHeader) || 'unknown';
  const outcome = await signIn(context, { username, password, ip });
  if (!('user' in outcome)) {
    throw new Error(
      outcome.refused === 'wrong-credentials'
        ? outcome.refused
        : `${outcome.refused}:${outcome.retryAfterSeconds}`,
    );
  }
  const { user } = outcome;
  const sessionId = await createSession(context, user, { ip, userAgent: headerOf(request, 'user-agent') });
  return { id: sessionId, name: user.name };
}

/** A path of this console, or null. */
export function ownPath(url: string, baseUrl: string): string | null {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\\]/.test(url)) return null;
  if (url.startsWith('/')) return url.startsWith('//') ? null : url;
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  if (parsed.origin !== new URL(baseUrl).origin || parsed.username !== '') return null;
  return `${parsed.pathname.replace(/^\/+/, '/')}${parsed.search}`;
}

function logger(): NonNullable<NextAuthOptions['logger']> {
  return {
    error: (code, metadata) =>
      logEvent('warn', 'next-auth', {
        code,
        ...errorFields(metadata instanceof Error ? metadata : metadata.error),
      }),
    warn: () => undefined,
    debug: () => undefined,
  };
}

export function authOptions(context: ConsoleContext): NextAuthOptions {
  const secure = isSecure(context);
  const maxAge = Math.round(context.config.sessionHours * 3_600);
  return {
    secret: context.sessionSecret,
    session: { strategy: 'jwt', maxAge },
    jwt: { maxAge },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(context),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
      },
    },
    pages: { signIn: '/login', signOut: '/login', error: '/login' },
    logger: logger(),
    providers: [
      CredentialsProvider({
        name: 'Password',
        credentials: { [signInFields.username]: {}, [signInFields.password]: { type: 'password' } },
        authorize: (credentials, request) => authorize(context, credentials, request),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { sid: user.id } : { sid: token['sid'] }),
      session: async ({ session, token }) => {
        const sid = token['sid'];
        const actor =
          typeof sid === 'string' ? await checkSession(context, sid, { ip: '', touch: false }) : null;
        if (actor === null) return { expires: new Date(0).toISOString() };
        return { expires: session.expires, user: { name: actor.name, role: actor.role } };
      },
      redirect: ({ url, baseUrl }) => {
        const path = ownPath(url, baseUrl);
        return path === null ? baseUrl : `${baseUrl}${path}`;
      },
    },
    events: {
      signOut: async ({ token }) => {
        const sid = token['sid'];
        if (typeof sid !== 'string') return;
        const actor = await checkSession(context, sid, { ip: '', touch: false });
        if (actor === null) return;
        await endSession(context, sid);
        await recordAudit(context, { actor, action: 'session.delete', target: actor.name, result: 'ok' });
      },
    },
  };
}
