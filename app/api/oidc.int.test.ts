/**
 * Signing in by an OpenID provider, over real HTTP on both sides: who gets in and as what, tokens and ways back that were
 * tampered with, a provider that does not answer or speaks for another.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adminPassword, startConsole } from './testing/console-server.ts';
import type { Answer, RunningConsole } from './testing/console-server.ts';
import { clientId, clientSecret, startOidcServer } from './testing/oidc-server.ts';
import type { Fault, OidcServer } from './testing/oidc-server.ts';

let provider: OidcServer;
let running: RunningConsole;
let adminCookie = '';

beforeAll(async () => {
  provider = await startOidcServer();
  running = await startConsole({
    environment: {
      AQUILA_OIDC_ISSUER: provider.issuer,
      AQUILA_OIDC_CLIENT_ID: clientId,
      AQUILA_OIDC_CLIENT_SECRET: clientSecret,
      AQUILA_OIDC_NAME: 'Test Provider',
      AQUILA_OIDC_ROLE_CLAIM: 'realm_access.roles',
      AQUILA_OIDC_ROLES: 'admin=kafka-admins,operator=kafka-ops|on-call,viewer=staff',
    },
  });
  adminCookie = (await running.signIn('admin', adminPassword)).cookie ?? '';
});
afterAll(async () => {
  await running?.stop();
  await provider?.close();
});

const ann = { sub: 'subject-1', preferred_username: 'ann', realm_access: { roles: ['staff'] } };
beforeEach(() => {
  provider.claims = { ...ann };
  provider.userinfo = {};
  provider.fault = null;
});

const setCookies = ({ headers }: Answer) =>
  (headers['set-cookie'] ?? [])
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .filter((text) => !text.endsWith('='));

/** The first half: the console sends the browser away. */
async function leave(): Promise<{ answer: Answer; cookies: string[] }> {
  const csrf = await running.request('/api/auth/csrf');
  const cookies = setCookies(csrf);
  const body = { csrfToken: String(csrf.json()['csrfToken']), json: 'true', callbackUrl: '/topics' };
  const answer = await running.request('/api/auth/signin/oidc', {
    method: 'POST',
    headers: { origin: running.url, 'content-type': 'application/x-www-form-urlencoded' },
    cookie: cookies.join('; '),
    body: new URLSearchParams(body).toString(),
  });
  return { answer, cookies: [...cookies, ...setCookies(answer)] };
}

/** What the provider answers the browser with: the way back. */
async function throughProvider(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  const location = new URL(answer.headers.get('location') ?? '');
  expect(location.origin).toBe(running.url);
  return `${location.pathname}${location.search}`;
}

interface Arrived {
  location: string;
  session: string | null;
}

async function comeBack(path: string, cookies: readonly string[]): Promise<Arrived> {
  const answer = await running.request(path, { cookie: cookies.join('; ') });
  const session = setCookies(answer).find((cookie) => cookie.startsWith('aquila.session=')) ?? null;
  let location = answer.headers.location ?? '';
  // What the library found wrong goes by pages of its own to ours.
  for (let hops = 0; hops < 3 && location.startsWith(`${running.url}/api/auth/`); hops += 1) {
    const onward = await running.request(location.slice(running.url.length), { cookie: cookies.join('; ') });
    location = onward.headers.location ?? '';
  }
  return { location, session };
}

async function signInElsewhere(): Promise<Arrived> {
  const { answer, cookies } = await leave();
  return comeBack(await throughProvider(String(answer.json()['url'])), cookies);
}

const refused = (error: string): Arrived => ({
  location: expect.stringMatching(new RegExp(`^[^?]*/login\\?(.*&)?error=${error}(&|$)`)) as string,
  session: null,
});

async function users(): Promise<Record<string, unknown>[]> {
  return (await running.request('/api/v1/users', { cookie: adminCookie })).json()['items'] as Record<
    string,
    unknown
  >[];
}

describe('before anybody signed in', () => {
  test.each([
    ['discovery-fails', 'oidc-unreachable'],
    ['discovery-of-another', 'oidc-wrong-issuer'],
  ] as const)('%s: back at the sign-in page with %s', async (fault, error) => {
    provider.fault = fault;
    const { answer } = await leave();
    expect(answer.json()['url']).toMatch(new RegExp(`^${running.url}/login\\?error=${error}$`));
    expect(running.log()).toContain('oidc-failed');
  });

  test('the sign-in page offers it', async () => {
    expect((await running.request('/login')).body).toContain('Test Provider');
  });
});

describe('who comes back', () => {
  test('gets an account that is marked, the role of the claim, and back to the page', async () => {
    const { location, session } = await signInElsewhere();
    expect(location).toBe(`${running.url}/topics`);
    const account = await running.request('/api/v1/account', { cookie: session });
    expect(account.json()).toMatchObject({
      name: 'ann',
      role: 'viewer',
      source: 'oidc',
      hasPassword: false,
      clusters: null,
    });
    const asked = provider.asked();
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked.get(name)?.length, name).toBeGreaterThan(20);
    }
    const audit = await running.request('/api/v1/audit?actor=ann', { cookie: adminCookie });
    const rows = audit.json()['items'] as { action: string; result: string }[];
    expect(rows.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'session.create ok',
      'user.create ok',
    ]);
  });

  test('has at each sign-in the role that the provider gives then; sessions of another role end', async () => {
    const { session } = await signInElsewhere();
    provider.claims = { ...ann, realm_access: { roles: ['on-call', 'staff'] } };
    const second = await signInElsewhere();
    expect((await running.request('/api/v1/account', { cookie: second.session })).json()).toMatchObject({
      role: 'operator',
    });
    expect((await running.request('/api/v1/account', { cookie: session })).status).toBe(401);
    expect((await users()).filter(({ name }) => name === 'ann')).toHaveLength(1);
  });

  test('roles of the userinfo endpoint count, unless it speaks of somebody else', async () => {
    provider.claims = { sub: 'subject-2', preferred_username: 'bob' };
    provider.userinfo = { realm_access: { roles: ['kafka-ops'] } };
    provider.fault = 'userinfo-of-another';
    expect(await signInElsewhere()).toEqual(refused('OAuthCallback'));
    const { session } = await signInElsewhere();
    expect((await running.request('/api/v1/account', { cookie: session })).json()).toMatchObject({
      name: 'bob',
      role: 'operator',
    });
  });

  test('is not let in without a role, nor under a name that is taken, nor while disabled', async () => {
    provider.claims = { sub: 'subject-3', preferred_username: 'eve', realm_access: { roles: ['kitchen'] } };
    expect(await signInElsewhere()).toEqual(refused('oidc-no-role'));
    provider.claims = {
      ...ann,
      sub: 'subject-4',
      preferred_username: 'admin',
      realm_access: { roles: ['kafka-admins'] },
    };
    expect(await signInElsewhere()).toEqual(refused('oidc-name-taken'));
    await signInElsewhere();
    provider.claims = { ...ann };
    await signInElsewhere();
    const user = (await users()).find(({ name }) => name === 'ann');
    const disabled = await running.request(`/api/v1/users/${String(user?.['id'])}`, {
      method: 'PATCH',
      cookie: adminCookie,
      headers: { origin: running.url },
      body: { disabled: true },
    });
    expect(disabled.status).toBe(200);
    expect(await signInElsewhere()).toEqual(refused('oidc-disabled'));
    expect((await users()).map(({ name }) => name)).not.toContain('eve');
  });

  test('has no password here, and does not stand in for the last administrator who has one', async () => {
    provider.claims = {
      sub: 'subject-5',
      preferred_username: 'root',
      realm_access: { roles: ['kafka-admins'] },
    };
    const { session } = await signInElsewhere();
    const change = (path: string, method: string, body: unknown) =>
      running.request(path, { method, cookie: session, headers: { origin: running.url }, body });
    expect(
      (await change('/api/v1/account/password', 'POST', { current: '', password: 'long enough' })).json(),
    ).toMatchObject({ status: 409, type: 'conflict' });
    const all = await users();
    const idOf = (name: string) => String(all.find((user) => user['name'] === name)?.['id']);
    expect(
      (await change(`/api/v1/users/${idOf('root')}`, 'PATCH', { password: 'long enough' })).json(),
    ).toMatchObject({ status: 409, type: 'conflict' });
    for (const refusal of [
      await change(`/api/v1/users/${idOf('admin')}`, 'PATCH', { role: 'viewer' }),
      await change(`/api/v1/users/${idOf('admin')}`, 'DELETE', undefined),
    ]) {
      expect(refusal.json()).toMatchObject({ status: 409, type: 'last-admin' });
    }
    for (const password of ['', 'root', 'x']) {
      expect((await running.signIn('root', password)).cookie).toBeNull();
    }
  });
});

describe('nobody gets in by', () => {
  const faults: Fault[] = [
    'other-key',
    'no-signature',
    'other-audience',
    'other-issuer',
    'other-nonce',
    'expired',
  ];
  test.each(faults)('a token with %s', async (fault) => {
    provider.fault = fault;
    expect(await signInElsewhere()).toEqual(refused('OAuthCallback'));
    expect(provider.fault).toBeNull();
  });

  test('a way back that is another one, or without what the browser was given', async () => {
    const { answer, cookies } = await leave();
    const path = await throughProvider(String(answer.json()['url']));
    const otherState = path.replace(/state=[^&]+/, 'state=chosen-by-somebody-else');
    expect(await comeBack(otherState, cookies)).toEqual(refused('OAuthCallback'));
    for (const missing of ['pkce', 'state', 'nonce']) {
      const rest = cookies.filter((cookie) => !cookie.includes(missing));
      expect(rest.length, missing).toBe(cookies.length - 1);
      expect(await comeBack(path, rest), missing).toEqual(refused('OAuthCallback'));
    }
    expect((await comeBack(path, [])).session).toBeNull();
  });

  test('a refusal of the provider', async () => {
    const { cookies } = await leave();
    expect((await comeBack('/api/auth/callback/oidc?error=access_denied', cookies)).session).toBeNull();
  });
});
