/**
 * next-auth with a credentials provider, and an OpenID provider where the configuration names one. It makes and reads the cookie; whether a name and a password are right, and
 * whether a session still holds, is decided by the services beside this file.
 *
 * After signing in one only gets to paths of this console: next-auth's own check compares origins, ours also refuses
 * what a browser might read as another host (`//evil`, `/\evil`).
 */
import type { NextAuthOptions, Profile, User } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { pagePaths } from '../contracts/paths.ts';
import { elsewhereProvider, signInFields } from '../contracts/sign-in.ts';
import type { ConsoleContext } from './context.ts';
import { recordAudit } from './audit.ts';
import { errorFields, logEvent } from './log.ts';
import { signInElsewhere } from './oidc-accounts.ts';
import type { OidcEndpoints } from './oidc-discovery.ts';
import { oidcProvider } from './oidc-provider.ts';
import { peerAddressHeader } from './peer-address.ts';
import { isSecure, sessionCookieName } from './session-cookie.ts';
import { checkSession, createSession, endSession } from './sessions.ts';
import type { SessionOrigin } from './sessions.ts';
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

/**
 * True when they are in, else the address that says why not. The session takes the place of the user's id, as it does
 * after a password, since it is all that the cookie carries.
 */
async function admitElsewhere(
  context: ConsoleContext,
  user: { id: string },
  profile: Profile | undefined,
  origin: SessionOrigin,
): Promise<true | string> {
  const { oidc, publicUrl } = context.config;
  if (oidc === null || profile === undefined)
    return `${publicUrl}${pagePaths.login(undefined, 'oidc-refused')}`;
  const outcome = await signInElsewhere(context, oidc, { ...profile }, origin.ip);
  if (!('user' in outcome)) return `${publicUrl}${pagePaths.login(undefined, outcome.refused)}`;
  user.id = await createSession(context, outcome.user, origin);
  return true;
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

/** What is asked for comes from there; `oidc` null: there is no such provider, or it is not needed for this request. */
export interface SignInRequest {
  readonly origin: SessionOrigin;
  readonly oidc: OidcEndpoints | null;
}

const nobody: SignInRequest = { origin: { ip: 'unknown', userAgent: '' }, oidc: null };

export function authOptions(
  context: ConsoleContext,
  { origin, oidc: endpoints }: SignInRequest = nobody,
): NextAuthOptions {
  const { oidc } = context.config;
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
      ...(oidc === null || endpoints === null ? [] : [oidcProvider(oidc, endpoints)]),
    ],
    callbacks: {
      signIn: ({ user, account, profile }) =>
        account?.provider === elsewhereProvider ? admitElsewhere(context, user, profile, origin) : true,
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
