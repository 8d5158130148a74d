/**
 * Requests that no browser of ours sends, to a console that has an https address: what every kind of answer carries in its
 * headers, ways around the sign-in page, other hosts, names made to break things. Nothing of what is watched may be in an answer to
 * somebody who did not sign in, and nothing is answered with 500.
 */
import { readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminPassword, buildDirectory, startConsole } from './testing/console-server.ts';
import type { Answer, RequestOptions, RunningConsole } from './testing/console-server.ts';

const publicUrl = 'https://kafka.example.org';
/** What only those who signed in may read, on every page and in most answers. */
const secret = 'watched-cluster.example:9092';
let running: RunningConsole;
let cookie = '';

beforeAll(async () => {
  running = await startConsole({
    environment: { AQUILA_PUBLIC_URL: publicUrl, AQUILA_BOOTSTRAP: secret, AQUILA_BROKERS: '0' },
  });
  const { answer } = await running.signIn('admin', adminPassword, { origin: publicUrl });
  const set = (answer.headers['set-cookie'] ?? []).find((text) => text.includes('aquila.session')) ?? '';
  expect(set).toMatch(/^__Host-aquila\.session=.*; Path=\/;.*HttpOnly; Secure; SameSite=Lax$/i);
  expect(set).not.toMatch(/domain=/i);
  cookie = set.split(';', 1)[0] ?? '';
});
afterAll(() => running?.stop());

const asAdmin = (target: string, options: RequestOptions = {}) =>
  running.request(target, { cookie, ...options });

function aStaticFile(): string {
  const chunks = path.join(buildDirectory(), 'static', 'chunks');
  const name = readdirSync(chunks).find((file) => file.endsWith('.js')) ?? '';
  return `/_next/static/chunks/${name}`;
}

test('signed in one reads the address; it is what may not get out', async () => {
  expect((await asAdmin('/api/v1/clusters')).body).toContain(secret);
});

describe('headers', () => {
  test.each([
    '/login',
    '/',
    '/no/such/page',
    '/api/v1/health',
    '/api/v1/clusters',
    '/api/v1/no',
    '/metrics',
    'static',
  ])('of %s', async (target) => {
    for (const answer of [
      await running.request(target === 'static' ? aStaticFile() : target),
      ...(target === 'static' ? [] : [await asAdmin(target)]),
    ]) {
      const { headers } = answer;
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('same-origin');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
      if (target !== 'static') expect(headers['cache-control']).toContain('no-store');
    }
  });

  test('of a file that is sent as it was compressed are those of the file as it is', async () => {
    const target = aStaticFile();
    const plain = await running.request(target);
    const compressed = await running.request(target, { headers: { 'accept-encoding': 'gzip' } });
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip' });
    const same = (headers: Answer['headers']) =>
      Object.fromEntries(
        Object.entries(headers).filter(
          ([name]) =>
            ![
              'content-encoding',
              'content-length',
              'date',
              'etag',
              'last-modified',
              'accept-ranges',
            ].includes(name),
        ),
      );
    expect(same(compressed.headers)).toEqual(same(plain.headers));
  });

  test('pages run only scripts that carry the nonce of this answer, and are in no frame', async () => {
    const policies = [];
    for (const target of ['/login', '/login']) {
      const { headers, body } = await running.request(target);
      const policy = String(headers['content-security-policy']);
      for (const part of [
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
      ])
        expect(policy).toContain(part);
      expect(/script-src[^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
      expect(headers['strict-transport-security']).toMatch(/max-age=\d{8}/);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      policies.push(nonce);
      expect(body).toContain(nonce);
      for (const [tag] of body.matchAll(/<script(?![^>]*application\/json)[^>]*>/g))
        expect(tag).toContain('nonce=');
    }
    expect(new Set(policies).size).toBe(2);
  });

  test('a page that is asked for many times at once is rendered once for those who wait', async () => {
    const nonceOf = ({ headers }: Answer): string =>
      /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? '';
    const answers = await Promise.all(Array.from({ length: 20 }, () => asAdmin('/alerts')));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.body).toContain(`nonce="${nonceOf(answer)}"`);
      expect(answer.body).toMatch(/<\/html>$/);
    }
    expect(new Set(answers.map(nonceOf)).size).toBeLessThan(10);
  });

  test('what lies beside the console is not served', async () => {
    for (const target of [
      `${aStaticFile()}.map`,
      '/.git/config',
      '/.env',
      '/aquila.db',
      '/.next/BUILD_ID',
      '/package.json',
    ])
      expect([307, 404], target).toContain((await running.request(target)).status);
    const image = await asAdmin('/_next/image?url=https%3A%2F%2Fevil.example%2Fa.svg&w=64&q=75');
    expect(image.status).toBeGreaterThanOrEqual(400);
  });
});

describe('somebody who did not sign in learns nothing by', () => {
  const subrequest = 'middleware:middleware:middleware:middleware:middleware';
  test.each<[string, Record<string, string>?, string?]>([
    ['/clusters', { rsc: '1' }],
    ['/clusters?_rsc=abc', { rsc: '1', 'next-router-prefetch': '1' }],
    ['/clusters?_rsc=abc', { rsc: '1', 'next-router-segment-prefetch': '/_tree' }],
    ['/clusters.rsc'],
    ['/clusters.segments/_tree.segment.rsc'],
    ['/clusters', { 'x-middleware-subrequest': subrequest }],
    ['/clusters', { 'x-nextjs-data': '1' }],
    ['/_next/data/build/clusters.json'],
    ['//clusters'],
    ['/./clusters'],
    ['/clusters/'],
    ['/%63lusters'],
    ['/login/../clusters'],
    ['/login%2f..%2fclusters'],
    ['/c/kafka?nxtPcluster=kafka'],
    ['/icon/../clusters'],
    ['/icon.svg/../api/v1/clusters'],
    ['/api/v1/health/../clusters'],
    ['/api/v1/health%2f..%2fclusters'],
    ['/api/v1//clusters'],
    ['/api/v1/clusters/'],
    ['/api/v1/clusters?cookie=x', { 'x-aquila-path': '/login', 'x-aquila-peer-address': '127.0.0.1' }],
    ['/api/v1/clusters', { 'x-http-method-override': 'GET', 'x-original-url': '/api/v1/health' }],
    ['/api/v1/clusters', {}, 'HEAD'],
    ['/api/v1/clusters', {}, 'OPTIONS'],
    ['/api/v1/clusters', {}, 'PROPFIND'],
    ['/clusters', {}, 'POST'],
    [
      '/clusters',
      { 'next-action': '7f0000000000000000000000000000000000000000', 'content-type': 'text/plain' },
      'POST',
    ],
    ['http://127.0.0.1/api/v1/clusters'],
    ['/api/v1/clusters', { authorization: 'Bearer null' }],
    ['/metrics?sets=aquila'],
    ['/api/auth/session'],
    ['/api/auth/providers'],
    ['/api/auth/signin'],
    ['/api/auth/error?error=%3Cscript%3E'],
  ])('%s %j %s', async (target, headers = {}, method = 'GET') => {
    const answer = await running.request(target, { headers, method });
    expect(answer.body).not.toContain(secret);
    expect(answer.status, answer.body.slice(0, 200)).not.toBe(500);
    if (target.startsWith('/api/v1/clusters')) expect([308, 400, 401, 405, 204]).toContain(answer.status);
  });
});

describe('methods that nobody here knows', () => {
  test.each(['TRACE', 'PROPFIND', 'PATCH', 'LOCK'])('%s is refused everywhere', async (method) => {
    for (const target of ['/login', '/', '/topics', '/no/such/page', '/metrics', '/api/v1/health'])
      for (const answer of [await running.request(target, { method }), await asAdmin(target, { method })]) {
        expect([400, 405], `${method} ${target}`).toContain(answer.status);
        expect(answer.body).not.toContain(secret);
      }
  });

  test('TRACE sends nothing back of what was sent', async () => {
    const answer = await asAdmin('/topics', { method: 'TRACE' });
    expect(answer).toMatchObject({ status: 405, body: '', headers: { allow: 'GET, HEAD' } });
  });
});

/** What comes back on a connection that asks for another protocol; the server closes it or is done with the answer. */
function upgrading(target: string, protocol: string): Promise<string> {
  const { hostname, port, host } = new URL(running.url);
  const connection = net.connect(Number(port), hostname);
  const lines = [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade, close',
    `Upgrade: ${protocol}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  let received = '';
  return new Promise((resolve, reject) => {
    connection.setEncoding('latin1').on('data', (piece: string) => (received += piece));
    connection.on('close', () => resolve(received));
    connection.on('error', reject);
    connection.write([...lines, '', ''].join('\r\n'));
  });
}

describe('an upgrade to a protocol that is not spoken here is ignored, and the request answered', () => {
  test.each([
    ['/login', 'websocket', 200],
    ['/topics', 'h2c', 307],
    ['/_next/webpack-hmr', 'websocket', 307],
    ['/api/v1/health', 'websocket', 200],
    ['/api/v1/clusters', 'anything', 401],
  ] as const)('%s %s', async (target, protocol, status) => {
    expect(await upgrading(target, protocol)).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
  });
});

describe('another host in the request', () => {
  test.each([{ host: 'evil.example' }, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }])(
    '%j leads nobody there',
    async (headers) => {
      for (const target of ['/', '/topics', '/api/auth/signin', '/api/auth/callback/credentials', '/ke'])
        for (const answer of [await running.request(target, { headers }), await asAdmin(target, { headers })])
          expect(String(answer.headers.location ?? ''), target).not.toContain('//evil.example');
    },
  );
});

describe('names made to break things', () => {
  const names = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '\u202Egnp.exe',
    '\u0000',
    '\u001b[31mred',
    'x'.repeat(249),
    'x'.repeat(10_000),
    '..',
    'a/b',
    '%',
    '%2e%2e%2f',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
    '${7*7}{{7*7}}',
    '=cmd()',
  ];
  test.each(names.map((name) => [JSON.stringify(name.slice(0, 40)), name] as const))(
    '%s',
    async (_, name) => {
      const part = encodeURIComponent(name);
      for (const target of [
        `/api/v1/clusters/${part}/overview`,
        `/api/v1/clusters/kafka/topics/${part}`,
        `/api/v1/clusters/kafka/groups/${part}`,
        `/api/v1/clusters/kafka/brokers/${part}`,
        `/api/v1/users/${part}`,
        `/api/v1/alerts/rules/${part}`,
        `/api/v1/audit?search=${part}`,
        `/api/v1/audit?actor=${part}&target=${part.slice(0, 90)}`,
        `/api/v1/users?search=${part}`,
        `/topics/${part}`,
        `/c/${part}`,
        `/topics?q=${part}`,
      ]) {
        const answer = await asAdmin(target);
        expect(answer.status, `${target.slice(0, 80)} ${answer.body.slice(0, 200)}`).not.toBe(500);
        if (String(answer.headers['content-type']).includes('html')) {
          expect(answer.body).not.toContain('<script>alert(1)');
          expect(answer.body).not.toContain('<img src=x onerror');
        }
        expect(answer.body).not.toMatch(/node_modules|at \w+ \(.*:\d+:\d+\)/);
      }
    },
  );

  test.each(['%', '50%', '%zz', '%ff', '%c0%af', '%E4%B8'])(
    'a part that cannot be decoded names nothing: %s',
    async (part) => {
      for (const target of [
        `/topics/${part}`,
        `/topics/${part}/messages`,
        `/groups/${part}`,
        `/c/${part}`,
        `/${part}`,
        `/api/v1/${part}`,
        `/api/v1/clusters/${part}/overview`,
        `/api/v1/clusters/kafka/topics/${part}`,
      ]) {
        for (const answer of [await asAdmin(target), await running.request(target)])
          expect([200, 307, 401, 404, 405, 503], `${target} ${answer.body.slice(0, 100)}`).toContain(
            answer.status,
          );
        const { status, headers } = await asAdmin(target);
        if (target.startsWith('/api/')) expect(headers['content-type']).toBe('application/problem+json');
        else expect(headers['content-type'], `${target} ${String(status)}`).toContain('text/html');
      }
    },
  );

  test('one log line holds one event, whatever was sent', async () => {
    await running.signIn('nobody\r\n{"event":"forged"}\u001b[2J', 'x', {
      origin: publicUrl,
      'user-agent': 'x\ty',
    });
    await asAdmin('/api/v1/clusters', { cookie: '__Host-aquila.session=forged' });
    expect(running.log()).not.toMatch(/^\{"event":"forged"/m);
    expect(running.log()).not.toContain('\u001b[2J');
  });
});
