/**
 * What the sign-in page and the server agree on: next-auth's credentials provider with these fields.
 *
 * `signIn('credentials', { username, password, redirect: false })` answers `error` as one of the codes below;
 * `too-many-tries` is followed by a colon and the seconds to wait (`too-many-tries:420`).
 */
export const signInProvider = 'credentials';
export const signInFields = { username: 'username', password: 'password' } as const;
export const signInErrors = ['wrong-credentials', 'too-many-tries', 'busy', 'unavailable'] as const;
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
