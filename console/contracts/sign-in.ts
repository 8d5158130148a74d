/**
 * What the sign-in page and the server agree on: next-auth's credentials provider with these fields.
 *
 * `signIn('credentials', { username, password, redirect: false })` answers `error` as one of the codes below;
 * `too-many-tries` is followed by a colon and the seconds to wait (`too-many-tries:420`).
 */
export const signInProvider = 'credentials';
export const signInFields = { username: 'username', password: 'password' } as const;
/** Signing in elsewhere, if AQUILA_OIDC_ISSUER names where. It ends on the sign-in page with `?error=` when it fails. */
export const elsewhereProvider = 'oidc';
export const signInErrors = [
  'wrong-credentials',
  'too-many-tries',
  'busy',
  'unavailable',
  'oidc-unreachable',
  'oidc-wrong-issuer',
  'oidc-refused',
  'oidc-no-role',
  'oidc-no-name',
  'oidc-name-taken',
  'oidc-disabled',
] as const;
export type SignInError = (typeof signInErrors)[number];

export interface SignInFailure {
  error: SignInError;
  retryAfterSeconds: number | null;
}

/** Reads next-auth's `error` text; anything unknown counts as wrong credentials. */
export function readSignInError(text: string): SignInFailure {
  const [name, seconds] = text.split(':');
  const error = signInErrors.find((known) => known === name) ?? 'wrong-credentials';
  const wait = Number(seconds);
  return {
    error,
    retryAfterSeconds: seconds !== undefined && Number.isInteger(wait) && wait > 0 ? wait : null,
  };
}

/** What can be wrong when one comes back from elsewhere. */
export type ReturnError = Extract<SignInError, `oidc-${string}`>;
const isReturnError = (error: SignInError): error is ReturnError => error.startsWith('oidc-');

/** Of the sign-in page's address. Next-auth's own names for what went wrong on the way there and back mean one thing to people. */
export function readReturnError(text: string): ReturnError {
  return signInErrors.filter(isReturnError).find((error) => error === text) ?? 'oidc-refused';
}
