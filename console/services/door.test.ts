/** The pure parts of the door: same origin, ways back after signing in, what a failed change means, sealed secrets. */
import { expect, test } from 'vitest';
import { ClientError } from '../../kafka-client/client-error.ts';
import { readReturnError, readSignInError } from '../contracts/sign-in.ts';
import { seal, unseal } from '../store/sealed-box.ts';
import { authOptions, ownPath } from './auth-options.ts';
import type { ConsoleContext } from './context.ts';
import { changeFailure, requireDone } from './kafka-connections.ts';
import { sameOrigin } from './same-origin.ts';
import { sessionCookieName } from './session-cookie.ts';

test.each([
  [{ origin: 'http://a:1', host: 'a:1' }, 'same'],
  [{ origin: 'https://public.example', host: 'inside:1' }, 'same'],
  [{ 'sec-fetch-site': 'same-origin' }, 'same'],
  [{}, 'unknown'],
  [{ 'sec-fetch-site': 'none' }, 'unknown'],
  [{ origin: 'http://a:2', host: 'a:1' }, 'other'],
  [{ origin: 'null', host: 'a:1' }, 'other'],
  [{ origin: 'file://a:1', host: 'a:1' }, 'other'],
  [{ origin: 'http://a:1', host: 'a:1', 'sec-fetch-site': 'same-site' }, 'other'],
])('%j is from %s', (headers, expected) => {
  expect(sameOrigin(new Headers(headers as Record<string, string>), 'https://public.example')).toBe(expected);
});

test.each([
  ['/topics?x=1', '/topics?x=1'],
  ['https://own.example/topics', '/topics'],
  ['//evil.example', null],
  ['/\\evil.example', null],
  ['https://evil.example/x', null],
  ['https://own.example@evil.example', null],
  ['https://user@own.example/x', null],
  ['https://own.example//evil.example', '/evil.example'],
  ['javascript:alert(1)', null],
  ['/x\r\nSet-Cookie: a=b', null],
  ['topics', null],
])('after signing in %s leads to %s', (url, expected) => {
  expect(ownPath(url, 'https://own.example')).toBe(expected);
});

test('over https the session cookie is bound to host and channel', () => {
  const context = (publicUrl: string) =>
    ({ config: { publicUrl, sessionHours: 12 }, sessionSecret: 'x' }) as unknown as ConsoleContext;
  expect(sessionCookieName(context('https://a'))).toBe('__Host-aquila.session');
  expect(authOptions(context('https://a')).cookies?.sessionToken?.options).toEqual({
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: true,
  });
  expect(sessionCookieName(context('http://a'))).toBe('aquila.session');
  expect(authOptions(context('http://a')).session?.maxAge).toBe(12 * 3_600);
});

test.each([
  ['CONNECT_FAILED', 'cluster-unreachable'],
  ['UNKNOWN_BROKER', 'cluster-unreachable'],
  ['CONNECTION_CLOSED', 'outcome-unknown'],
  ['REQUEST_TIMED_OUT', 'outcome-unknown'],
  ['BAD_RESPONSE', 'outcome-unknown'],
] as const)('a change that ended in %s is %s', (code, type) => {
  expect(changeFailure(new ClientError(code, 'x'))).toMatchObject({ type });
});

test.each([
  ['UNKNOWN_TOPIC_OR_PARTITION', 'not-found'],
  ['TOPIC_ALREADY_EXISTS', 'already-exists'],
  ['TOPIC_DELETION_DISABLED', 'deletion-disabled'],
  ['REQUEST_TIMED_OUT', 'outcome-unknown'],
  ['INVALID_CONFIG', 'refused-by-kafka'],
])("Kafka's %s is %s", (error, type) => {
  expect(() => requireDone({ name: 't', error, message: null }, 't')).toThrow(
    expect.objectContaining({ type }),
  );
});

test('a change that Kafka does not answer for is unknown, one without error is done', () => {
  expect(() => requireDone(undefined, 't')).toThrow(expect.objectContaining({ type: 'outcome-unknown' }));
  expect(() => requireDone({ name: 't', error: null, message: null }, 't')).not.toThrow();
});

test('a sealed secret opens with its key and for its purpose alone', () => {
  const key = Buffer.alloc(32, 1);
  const sealed = seal(key, 'channel', 'smtp://u:p@h');
  expect(sealed).not.toContain('smtp');
  expect(seal(key, 'channel', 'smtp://u:p@h')).not.toBe(sealed);
  expect(unseal(key, 'channel', sealed)).toBe('smtp://u:p@h');
  expect(unseal(Buffer.alloc(32, 2), 'channel', sealed)).toBeNull();
  expect(unseal(key, 'other', sealed)).toBeNull();
  for (const changed of [`${sealed.slice(0, -2)}AA`, sealed.slice(0, 20), 'v1.', '', sealed.slice(3)]) {
    expect(unseal(key, 'channel', changed)).toBeNull();
  }
});

test.each([
  ['wrong-credentials', { error: 'wrong-credentials', retryAfterSeconds: null }],
  ['too-many-tries:420', { error: 'too-many-tries', retryAfterSeconds: 420 }],
  ['CredentialsSignin', { error: 'wrong-credentials', retryAfterSeconds: null }],
  ['busy:5', { error: 'busy', retryAfterSeconds: 5 }],
])('next-auth says %s', (text, expected) => {
  expect(readSignInError(text)).toEqual(expected);
});

test.each([
  ['oidc-no-role', 'oidc-no-role'],
  ['OAuthCallback', 'oidc-refused'],
  ['too-many-tries', 'oidc-refused'],
  ['<script>', 'oidc-refused'],
])('coming back from elsewhere with %s', (text, expected) => {
  expect(readReturnError(text)).toBe(expected);
});
