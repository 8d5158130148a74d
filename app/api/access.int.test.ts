/**
 * Who gets in, over real HTTP: every route of the build by every kind of user, requests from other sites, cookies that
 * were tampered with, sign-in limits that no header talks its way around. No Kafka: the console answers without it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '@/console/contracts/endpoints.ts';
import type { Endpoint } from '@/console/contracts/endpoint.ts';
import type { Role } from '@/console/contracts/envelope.ts';
import { adminPassword, builtRoutes, openStream, startConsole } from './testing/console-server.ts';
import type { RunningConsole } from './testing/console-server.ts';

let running: RunningConsole;
let adminCookie = '';
const tokens = new Map<Role, string>();
/** Of people with these roles, made for this. */
const cookies = new Map<Role, string>();
const roles: Role[] = ['viewer', 'operator', 'admin'];

beforeAll(async () => {
  running = await startConsole();
  const { cookie, answer } = await running.signIn('admin', adminPassword);
  expect(answer.status, answer.body).toBe(200);
  adminCookie = cookie ?? '';
  for (const role of roles) {
    const created = await running.request('/api/v1/tokens', {
      method: 'POST',
      cookie: adminCookie,
      headers: { origin: running.url },
      body: { name: `matrix ${role}`, role },
    });
    expect(created.status, created.body).toBe(201);
    tokens.set(role, String(created.json()['token']));
    const password = 'only for this test';
    const user = await running.request('/api/v1/users', {
      method: 'POST',
      cookie: adminCookie,
      headers: { origin: running.url },
      body: { name: `person-${role}`, role, password },
    });
    expect(user.status, user.body).toBe(201);
    cookies.set(role, (await running.signIn(`person-${role}`, password)).cookie ?? '');
  }
});
afterAll(() => running?.stop());

const table: Endpoint[] = Object.values(endpoints);
const toAddress = (path: string) =>
  `/api/v1${path.replace('{cluster}', 'local').replace(/\{\w+\}/g, 'nothing')}`;
const toRoute = (path: string) => `/api/v1${path.replace(/\{(\w+)\}/g, '[$1]')}`;

describe('routes and roles', () => {
  /** Handlers that are no rows of the table, and what keeps each. */
  const others = ['/api/auth/[...nextauth]', '/api/v1/[...unknown]', '/metrics', '/icon.svg'];
  const openPages = ['/login', '/_not-found', '/_global-error'];

  test('every route handler of the build is a row of the table or named here', () => {
    const known = new Set([...table.map(({ path }) => toRoute(path)), ...others]);
    expect(builtRoutes().handlers.filter((route) => !known.has(route))).toEqual([]);
  });

  test.each(table.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    '%s',
    async (_, endpoint) => {
      const { method, path, role, people } = endpoint;
      const target = toAddress(path);
      const anonymous = await running.request(target, { method });
      expect(anonymous.status).toBe(role === null ? 200 : 401);
      if (role === null) return;
      expect(anonymous.headers['content-type']).toBe('application/problem+json');
      for (const broken of ['%', 'Bearer', 'Bearer %', 'Bearer \u00ff', 'Basic YTpi', 'Bearer aquila_x']) {
        expect(
          (await running.request(target, { method, headers: { authorization: broken } })).status,
          broken,
        ).toBe(401);
      }
      const byToken = (user: Role) => running.request(target, { method, token: tokens.get(user) ?? '' });
      const byPerson = (user: Role) =>
        running.request(target, {
          method,
          cookie: cookies.get(user) ?? '',
          headers: { origin: running.url },
        });
      for (const user of roles) {
        for (const [who, answer] of [
          ['token', await byToken(user)],
          ['person', await byPerson(user)],
        ] as const) {
          const said = `${who} ${user}: ${answer.body.slice(0, 300)}`;
          const enough = roles.indexOf(user) >= roles.indexOf(role);
          if (!enough) expect(answer.json(), said).toMatchObject({ status: 403, type: 'role' });
          else if (people === true && who === 'token')
            expect(answer.json(), said).toMatchObject({ status: 403, type: 'people-only' });
          else expect([401, 403, 500], said).not.toContain(answer.status);
        }
      }
      if (method === 'GET') return;
      for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, {}]) {
        const answer = await running.request(target, { method, cookie: adminCookie, headers });
        expect(answer.json(), JSON.stringify(headers)).toMatchObject({ status: 403, type: 'cross-site' });
      }
    },
  );

  test('every attempt to change something left exactly one audit row', async () => {
    const mutations = table.filter(({ method, action }) => method !== 'GET' || action !== undefined);
    const answer = await running.request('/api/v1/audit?limit=1000&search=token:matrix', {
      token: tokens.get('admin') ?? '',
    });
    const rows = answer.json()['items'] as { action: string; actor: string }[];
    expect(mutations.map(({ action }) => action)).not.toContain(undefined);
    for (const { action } of mutations) {
      expect(
        rows.filter((row) => row.action === action),
        action,
      ).toHaveLength(roles.length);
    }
  });

  test('pages without a session lead to the sign-in page and show nothing', async () => {
    const pages = builtRoutes().pages.filter((page) => !openPages.includes(page));
    expect(pages).toContain('/');
    for (const page of pages) {
      const target = page.replace(/\[\w+\]/g, 'x');
      for (const headers of [
        {},
        { rsc: '1' },
        { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
        { cookie: 'aquila.session=x' },
      ]) {
        const answer = await running.request(target, { headers: headers });
        const location = answer.headers.location ?? /NEXT_REDIRECT;\w+;([^;]+)/.exec(answer.body)?.[1];
        expect(location, `${target} ${JSON.stringify(headers)} ${answer.status}`).toMatch(/^\/login/);
        expect(answer.body, target).not.toMatch(/\blocal\b/);
      }
    }
  });

  test('what is no endpoint is 401 for strangers and 404 for others', async () => {
    for (const target of ['/api/v1/nothing', '/api/v1/clusters/local/nothing', '/api/v1/users/x/y']) {
      expect((await running.request(target)).status).toBe(401);
      expect((await running.request(target, { token: tokens.get('viewer') ?? '' })).json()).toMatchObject({
        status: 404,
      });
    }
    for (const target of ['/.env', '/.git/config', '/aquila.db', '/_next/image?url=/icon.svg&w=64&q=75']) {
      expect([307, 400, 404], target).toContain((await running.request(target)).status);
    }
  });

  test('metrics take a token; health and openapi nothing', async () => {
    expect((await running.request('/metrics')).status).toBe(401);
    const metrics = await running.request('/metrics', { token: tokens.get('viewer') ?? '' });
    expect(metrics.body).toContain('aquila_cluster_up{cluster="local"} 0');
    const openapi = (await running.request('/api/v1/openapi.json')).json();
    expect(openapi['openapi']).toBe('3.1.0');
    expect(Object.keys(openapi['paths'] as object)).toEqual([
      ...new Set(table.map(({ path }) => `/api/v1${path}`)),
    ]);
  });
});

describe('requests from other sites', () => {
  const change = (headers: Record<string, string>, body: unknown = { name: 'x', role: 'viewer' }) =>
    running.request('/api/v1/tokens', { method: 'POST', cookie: adminCookie, headers, body });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a sibling domain', { origin: 'http://sub.127.0.0.1.nip.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['no origin at all', {}],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    [
      'a lie about the public address',
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    ],
  ])('%s is refused and changes nothing', async (_, headers) => {
    const count = async () =>
      Number((await running.request('/api/v1/tokens', { cookie: adminCookie })).json()['total']);
    const before = await count();
    expect((await change(headers as Record<string, string>)).json()).toMatchObject({
      status: 403,
      type: 'cross-site',
    });
    expect(await count()).toBe(before);
  });

  test('the console itself is let through', async () => {
    for (const headers of [{ origin: running.url }, { 'sec-fetch-site': 'same-origin' }]) {
      const answer = await change(headers);
      expect(answer.status).toBe(201);
      expect(answer.headers.location).toMatch(/^\/api\/v1\/tokens\//);
    }
  });

  test('a form cannot stand in for JSON', async () => {
    const answer = await change({ origin: running.url, 'content-type': 'text/plain' });
    expect(answer.status).toBe(415);
  });
});

describe('bodies and queries', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    running.request('/api/v1/users', { method: 'POST', token: tokens.get('admin') ?? '', body, headers });
  const valid = { name: 'someone', role: 'viewer', password: 'long enough' };

  test('are refused by what is wrong with them, without details of the inside', async () => {
    expect((await post('{')).json()).toMatchObject({ status: 400, type: 'malformed' });
    expect((await post('x'.repeat(1_100_000))).status).toBe(413);
    expect((await post('[]')).json()).toMatchObject({ status: 422, type: 'invalid' });
    const extra = await post(JSON.stringify({ ...valid, passwordHash: 'x', id: 'y' }));
    expect(extra.json()).toMatchObject({ status: 422, errors: expect.any(Object) });
    const prototype = await post(
      `{"__proto__":{"role":"admin"},"name":"a","role":"viewer","password":"long enough"}`,
    );
    expect(prototype.status).toBe(422);
    const operators = await post(JSON.stringify({ ...valid, name: { contains: '' } }));
    expect(operators.json()).toMatchObject({ status: 422, errors: { name: expect.any(String) } });
    const get = (query: string) =>
      running.request(`/api/v1/audit?${query}`, { token: tokens.get('admin') ?? '' });
    expect((await get('limit=1&limit=2')).status).toBe(400);
    expect((await get('sort=actor;DROP')).status).toBe(422);
    expect((await get('limit=0')).status).toBe(422);
    expect((await get('limit=5000')).status).toBe(200);
    for (const answer of [extra, await post('{')])
      expect(answer.body).not.toMatch(/at \w+ \(|node_modules|prisma/i);
  });
});

describe('signing in', () => {
  test('cookies that were tampered with open nothing, and are noted', async () => {
    const value = adminCookie.slice('aquila.session='.length);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const claims = Buffer.from('{"sid":"x","role":"admin","exp":99999999999}').toString('base64url');
    const forged = [
      value.slice(0, -4),
      `${value}x`,
      `${none}.${claims}.`,
      'x',
      value.split('.').reverse().join('.'),
    ];
    for (const cookie of forged) {
      expect((await running.request('/api/v1/clusters', { cookie: `aquila.session=${cookie}` })).status).toBe(
        401,
      );
    }
    expect(running.log()).toContain('session-cookie-refused');
  });

  test('the cookie is kept from scripts and other sites, and is a new one each time', async () => {
    const first = await running.signIn('admin', adminPassword, {
      cookie: 'aquila.session=chosen-by-somebody-else',
    });
    expect(first.answer.headers['set-cookie']?.find((text) => text.startsWith('aquila.session='))).toMatch(
      /HttpOnly.*SameSite=Lax/i,
    );
    expect(first.cookie).not.toContain('chosen-by-somebody-else');
    const second = await running.signIn('admin', adminPassword, { cookie: first.cookie ?? '' });
    expect((await running.request('/api/v1/clusters', { cookie: first.cookie })).status).toBe(401);
    expect((await running.request('/api/v1/clusters', { cookie: second.cookie })).status).toBe(200);
  });

  test('signing out ends the session on the server', async () => {
    const { cookie } = await running.signIn('admin', adminPassword);
    const csrf = await running.request('/api/auth/csrf', { cookie });
    const csrfCookie = csrf.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
    const out = await running.request('/api/auth/signout', {
      method: 'POST',
      headers: {
        origin: running.url,
        'content-type': 'application/x-www-form-urlencoded',
        cookie: `${cookie}; ${csrfCookie}`,
      },
      body: new URLSearchParams({ csrfToken: String(csrf.json()['csrfToken']), json: 'true' }).toString(),
    });
    expect(out.status, out.body).toBe(200);
    expect((await running.request('/api/v1/clusters', { cookie })).status).toBe(401);
  });

  test.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'http://127.0.0.1@evil.example',
  ])('after it one does not get to %s', async (callbackUrl) => {
    const csrf = await running.request('/api/auth/csrf');
    const csrfCookie = csrf.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
    const answer = await running.request('/api/auth/callback/credentials', {
      method: 'POST',
      headers: {
        origin: running.url,
        host: new URL(running.url).host,
        'content-type': 'application/x-www-form-urlencoded',
        cookie: csrfCookie,
      },
      body: new URLSearchParams({
        username: 'admin',
        password: adminPassword,
        csrfToken: String(csrf.json()['csrfToken']),
        json: 'true',
        callbackUrl,
      }).toString(),
    });
    expect(new URL(String(answer.json()['url'])).origin).toBe(running.url);
  });

  test('an event stream ends with its session, and all of them with the server', async () => {
    const { cookie } = await running.signIn('admin', adminPassword);
    const target = '/api/v1/clusters/local/stream';
    const stream = await openStream(running.url, target, { cookie: cookie ?? '' });
    const sessions = await running.request('/api/v1/sessions?sort=-createdAt&limit=1', {
      token: tokens.get('admin') ?? '',
    });
    const [session] = sessions.json()['items'] as { id: string }[];
    const ended = await running.request(`/api/v1/sessions/${session?.id}`, {
      method: 'DELETE',
      token: tokens.get('admin') ?? '',
    });
    expect(ended.status).toBe(204);
    await stream.ended;
    expect((await running.request('/api/v1/clusters', { cookie })).status).toBe(401);
    for (let count = 0; count < 6; count += 1) {
      await openStream(running.url, target, { authorization: `Bearer ${tokens.get('viewer')}` });
    }
    const tooMany = await running.request(target, { token: tokens.get('viewer') ?? '' });
    expect(tooMany.json()).toMatchObject({ status: 429, type: 'too-many-streams' });
  });

  test('no default password works, and too many tries are refused with the time to wait, whatever the headers say', async () => {
    const tries = ['admin', '123456', 'password', 'keadmin', ''];
    for (const [index, password] of tries.entries()) {
      const { answer, cookie } = await running.signIn('admin', password, {
        'x-forwarded-for': `1.2.3.${index}`,
        'x-real-ip': `1.2.3.${index}`,
      });
      expect([answer.status, cookie]).toEqual([401, null]);
    }
    const { answer } = await running.signIn('admin', adminPassword, {
      'x-forwarded-for': '9.9.9.9',
      'x-aquila-peer-address': '9.9.9.9',
    });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(800);
    expect(String(answer.json()['url'])).toContain('too-many-tries');
    // Another account from the same, true address: 20 tries at most.
    let refused = 0;
    for (let index = 0; index < 20; index += 1) {
      const other = await running.signIn(`user${index}`, 'wrong', {
        'x-forwarded-for': `5.5.5.${index}`,
        'x-aquila-peer-address': `5.5.5.${index}`,
      });
      if (other.answer.status === 429) refused += 1;
    }
    expect(refused).toBeGreaterThanOrEqual(5);
  });
});

test('SIGTERM ends the server by itself, event streams or not', async () => {
  const stream = await openStream(running.url, '/api/v1/clusters/local/stream', {
    authorization: `Bearer ${tokens.get('operator')}`,
  });
  expect(await running.terminate()).toBe(0);
  await stream.ended;
});

describe('what keeps the server from starting is one line that names the setting', () => {
  test.each([
    [{ AQUILA_SECRET: 'too-short-to-sign-with' }, /AQUILA_SECRET.*32 bytes/],
    [{ AQUILA_ADMIN_PASSWORD: '12345678' }, /AQUILA_ADMIN_PASSWORD/],
  ])('%j', async (environment, expected) => {
    const starting = startConsole({ environment });
    await expect(starting).rejects.toThrow(expected);
    await expect(starting).rejects.toThrow(/ended with status 1/);
    await expect(starting).rejects.not.toThrow(/ at \w+ \(/);
  });
});
