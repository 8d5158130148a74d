/**
 * Accounts over real HTTP: those with a part in some clusters only, one's own password, sessions and tokens, ended sessions
 * with their streams, the audit trail as a file. Two clusters, no Kafka: the console answers without it.
 */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '@/console/store/database.ts';
import { endpoints } from '@/console/contracts/endpoints.ts';
import type { Endpoint } from '@/console/contracts/endpoint.ts';
import { adminPassword, openStream, startConsole } from './testing/console-server.ts';
import type { Answer, RunningConsole } from './testing/console-server.ts';

let running: RunningConsole;
let adminCookie = '';
const password = 'only for this test';
const hidden = 'hidden-cluster.example:9092';

beforeAll(async () => {
  running = await startConsole({ environment: { AQUILA_BOOTSTRAP: hidden, AQUILA_BROKERS: '1' } });
  adminCookie = (await running.signIn('admin', adminPassword)).cookie ?? '';
});
afterAll(() => running?.stop());

const change = (cookie: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  running.request(path, {
    method,
    cookie,
    headers: { origin: running.url },
    ...(body === undefined ? {} : { body }),
  });

async function makePerson(name: string, more: object = {}): Promise<{ id: string; cookie: string }> {
  const made = await change(adminCookie, 'POST', '/api/v1/users', {
    name,
    role: 'operator',
    password,
    ...more,
  });
  expect(made.status, made.body).toBe(201);
  const { cookie } = await running.signIn(name, password);
  return { id: String(made.json()['id']), cookie: cookie ?? '' };
}
const localOnly = { clusters: [{ cluster: 'local', role: 'operator' }] };

describe('somebody with a part in one cluster', () => {
  const table: Endpoint[] = Object.values(endpoints);
  const inCluster = table.filter(({ path, role }) => path.includes('{cluster}') && role !== 'admin');
  let ann = { id: '', cookie: '' };
  beforeAll(async () => {
    ann = await makePerson('ann', localOnly);
  });

  test.each(inCluster.map((row) => [`${row.method} ${row.path}`, row] as const))(
    '%s of another is as if there were no such cluster',
    async (_, { method, path }) => {
      const toAddress = (cluster: string) =>
        `/api/v1${path.replace('{cluster}', cluster).replace(/\{\w+\}/g, 'nothing')}`;
      const other = await change(ann.cookie, method, toAddress('kafka'));
      const none = await change(ann.cookie, method, toAddress('no-such'));
      expect(other.json()).toMatchObject({ status: 404, type: 'not-found' });
      expect(other.body.replaceAll('kafka', 'no-such')).toBe(none.body);
      expect((await change(adminCookie, 'GET', '/api/v1/clusters/kafka')).status).toBe(200);
    },
  );

  test('sees nothing of it in lists, metrics and pages', async () => {
    const clusters = await running.request('/api/v1/clusters', { cookie: ann.cookie });
    expect((clusters.json()['items'] as { id: string }[]).map(({ id }) => id)).toEqual(['local']);
    const metrics = await running.request('/metrics', { cookie: ann.cookie });
    expect(metrics.body).toContain('aquila_cluster_up{cluster="local"}');
    expect(metrics.body).not.toContain('cluster="kafka"');
    for (const page of [
      '/',
      '/clusters',
      '/topics',
      '/alerts',
      '/settings',
      '/account',
      '/c/kafka',
      '/c/kafka/topics',
    ]) {
      const answer = await running.request(page, { cookie: ann.cookie });
      expect(answer.body, page).not.toContain(hidden);
      if (page.startsWith('/c/')) expect(answer.body, page).toContain('NEXT_HTTP_ERROR_FALLBACK;404');
    }
  });

  test('finds no incident of it by its id, and one of its own cluster however old', async () => {
    const database = await openDatabase(`file:${path.join(running.directory, 'data', 'aquila.db')}`);
    const startedAt = new Date('2020-01-01T00:00:00Z');
    const incident = {
      ...{
        ruleId: 'r',
        ruleName: 'lag',
        type: 'group-lag',
        subject: '["g",null]',
        groupId: 'g',
        level: 'P2',
      },
      ...{ state: 'resolved', threshold: 1, unit: 'records', startedAt, resolvedAt: startedAt },
    };
    try {
      await database.incident.create({ data: { ...incident, id: 'hidden one', cluster: 'kafka' } });
      await database.incident.create({ data: { ...incident, id: 'own one', cluster: 'local' } });
    } finally {
      await database.$disconnect();
    }
    const read = (cookie: string, id: string) =>
      change(cookie, 'GET', `/api/v1/alerts/incidents/${encodeURIComponent(id)}`);
    const own = await read(ann.cookie, 'own one');
    expect(own.json()).toMatchObject({
      id: 'own one',
      cluster: 'local',
      group: 'g',
      state: 'resolved',
      deliveries: [],
    });
    expect((await read(adminCookie, 'hidden one')).status).toBe(200);
    const [hidden, missing] = [await read(ann.cookie, 'hidden one'), await read(ann.cookie, 'no such one')];
    expect(hidden.status).toBe(404);
    expect(hidden.body).toBe(missing.body);
  });

  test('cannot make a rule for it, nor find one that is there', async () => {
    const rule = {
      name: 'lag',
      type: 'group-lag',
      cluster: 'kafka',
      group: 'g',
      topic: null,
      threshold: 10,
      unit: 'records',
      forSeconds: 60,
      repeatSeconds: 3600,
      maxTimes: null,
      level: 'P2',
      channelIds: [],
      enabled: true,
    };
    const made = await change(adminCookie, 'POST', '/api/v1/alerts/rules', rule);
    expect(made.status, made.body).toBe(201);
    const path = `/api/v1/alerts/rules/${String(made.json()['id'])}`;
    expect((await change(ann.cookie, 'POST', '/api/v1/alerts/rules', rule)).json()).toMatchObject({
      status: 422,
    });
    expect((await change(ann.cookie, 'GET', path)).status).toBe(404);
    expect((await change(ann.cookie, 'PUT', path, rule)).status).toBe(404);
    expect((await change(ann.cookie, 'DELETE', path)).status).toBe(404);
    expect((await change(ann.cookie, 'GET', '/api/v1/alerts/rules')).json()).toMatchObject({ total: 0 });
    expect((await change(adminCookie, 'GET', path)).status).toBe(200);
  });

  test('loses open streams and sessions at once when the part is taken away', async () => {
    const bob = await makePerson('bob', localOnly);
    const stream = await openStream(running.url, '/api/v1/clusters/local/stream', { cookie: bob.cookie });
    const changed = await change(adminCookie, 'PATCH', `/api/v1/users/${bob.id}`, { clusters: [] });
    expect(changed.status, changed.body).toBe(200);
    await stream.ended;
    expect((await change(bob.cookie, 'GET', '/api/v1/account')).status).toBe(401);
    const again = (await running.signIn('bob', password)).cookie ?? '';
    expect((await change(again, 'GET', '/api/v1/clusters')).json()).toMatchObject({ total: 0 });
    expect((await running.request('/', { cookie: again })).status).toBe(200);
  });
});

describe("one's own account", () => {
  const passwordPath = '/api/v1/account/password';

  test('a new password takes the present one, ends the other sessions and leaves this one', async () => {
    const carol = await makePerson('carol');
    const other = (await running.signIn('carol', password)).cookie ?? '';
    const wrong = await change(carol.cookie, 'POST', passwordPath, {
      current: 'not it',
      password: 'a new one',
    });
    expect(wrong.json()).toMatchObject({ status: 422, errors: { current: expect.any(String) } });
    const common = await change(carol.cookie, 'POST', passwordPath, {
      current: password,
      password: 'Password123',
    });
    expect(common.json()).toMatchObject({ status: 422, errors: { password: expect.any(String) } });
    for (const body of [{ password: 'a new one' }, { current: password, password: 'a new one', id: 'x' }]) {
      expect((await change(carol.cookie, 'POST', passwordPath, body)).status).toBe(422);
    }
    expect((await change(other, 'GET', '/api/v1/account')).status).toBe(200);
    const done = await change(carol.cookie, 'POST', passwordPath, {
      current: password,
      password: 'a new one',
    });
    expect(done.status, done.body).toBe(200);
    expect((await change(other, 'GET', '/api/v1/account')).status).toBe(401);
    expect((await change(carol.cookie, 'GET', '/api/v1/account')).json()).toMatchObject({ name: 'carol' });
    expect((await running.signIn('carol', password)).cookie).toBeNull();
    expect((await running.signIn('carol', 'a new one')).cookie).not.toBeNull();
    expect(running.log()).not.toContain('a new one');
  });

  test('guessing the present password is limited, the right one too', async () => {
    const dave = await makePerson('dave');
    const guess = (current: string) =>
      change(dave.cookie, 'POST', passwordPath, { current, password: 'another one' });
    for (let number = 0; number < 5; number += 1) expect((await guess(`wrong ${number}`)).status).toBe(422);
    const refused = await guess(password);
    expect(refused.json()).toMatchObject({ status: 429, type: 'too-many-tries' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('sessions and tokens are only one’s own', async () => {
    const erin = await makePerson('erin');
    const own = (await change(erin.cookie, 'GET', '/api/v1/account/sessions')).json();
    expect(own).toMatchObject({ total: 1, items: [{ user: 'erin', current: true }] });
    const all = (await change(adminCookie, 'GET', '/api/v1/sessions?sort=user')).json()['items'] as {
      id: string;
      user: string;
    }[];
    const foreign = all.find(({ user }) => user === 'admin');
    expect(
      (await change(erin.cookie, 'DELETE', `/api/v1/account/sessions/${String(foreign?.id)}`)).status,
    ).toBe(404);
    const make = (role: string) =>
      change(erin.cookie, 'POST', '/api/v1/account/tokens', { name: '=cmd()', role, expiresInDays: 1 });
    expect((await make('admin')).json()).toMatchObject({ status: 422, errors: { role: expect.any(String) } });
    const made = await make('operator');
    expect(made.status, made.body).toBe(201);
    const { token, id } = made.json() as { token: string; id: string };
    const frank = await makePerson('frank');
    expect((await change(frank.cookie, 'DELETE', `/api/v1/account/tokens/${id}`)).status).toBe(404);
    const use = (path: string) => running.request(path, { token });
    expect((await use('/api/v1/clusters')).status).toBe(200);
    expect((await use('/api/v1/users')).json()).toMatchObject({ status: 403, type: 'role' });
    expect((await use('/api/v1/account/tokens')).json()).toMatchObject({ status: 403, type: 'people-only' });
    expect(JSON.stringify((await change(adminCookie, 'GET', '/api/v1/tokens')).json())).not.toContain(token);
    const stream = await openStream(running.url, '/api/v1/clusters/local/stream', {
      authorization: `Bearer ${token}`,
    });
    expect((await change(erin.cookie, 'DELETE', `/api/v1/account/tokens/${id}`)).status).toBe(204);
    await stream.ended;
    expect((await use('/api/v1/clusters')).status).toBe(401);
    const told = await change(adminCookie, 'GET', '/api/v1/audit?action=account.token-revoke');
    expect(told.json()).toMatchObject({
      items: [
        { actor: 'erin', target: '=cmd()', result: 'ok' },
        { actor: 'frank', target: '=cmd()', result: 'refused: not-found' },
      ],
    });
  });

  test('a session that an administrator ends is out at once, with its streams', async () => {
    const gina = await makePerson('gina');
    const stream = await openStream(running.url, '/api/v1/clusters/local/stream', { cookie: gina.cookie });
    const all = (await change(adminCookie, 'GET', '/api/v1/sessions')).json()['items'] as {
      id: string;
      user: string;
    }[];
    const id = String(all.find(({ user }) => user === 'gina')?.id);
    expect((await change(adminCookie, 'DELETE', `/api/v1/sessions/${id}`)).status).toBe(204);
    expect((await change(gina.cookie, 'GET', '/api/v1/account')).status).toBe(401);
    await stream.ended;
  });
});

describe('administrators', () => {
  const userOf = async (name: string, cookie = adminCookie): Promise<string> => {
    const users = (await change(cookie, 'GET', `/api/v1/users?search=${name}`)).json();
    return String((users['items'] as { id: string; name: string }[]).find((user) => user.name === name)?.id);
  };
  const waysOut: [string, object | undefined][] = [
    ['DELETE', undefined],
    ['PATCH', { role: 'operator' }],
    ['PATCH', { disabled: true }],
  ];

  test('the last one cannot go, and who tried is still in', async () => {
    const path = `/api/v1/users/${await userOf('admin')}`;
    for (const [method, body] of waysOut) {
      const refused = await change(adminCookie, method, path, body);
      expect(refused.json()).toMatchObject({ status: 409, type: 'last-admin' });
    }
    expect((await change(adminCookie, 'GET', '/api/v1/users')).status).toBe(200);
    const audit = (await change(adminCookie, 'GET', '/api/v1/audit?limit=3&action=user')).json();
    expect((audit['items'] as { result: string }[]).map(({ result }) => result)).toEqual(
      waysOut.map(() => 'refused: last-admin'),
    );
  });

  test('of two who go at the same moment one stays', async () => {
    for (const [index, [method, body]] of waysOut.entries()) {
      const name = `second${String(index)}`;
      const second = await makePerson(name, { role: 'admin' });
      const first = await userOf('admin');
      const answers = await Promise.all([
        change(adminCookie, method, `/api/v1/users/${first}`, body),
        change(second.cookie, method, `/api/v1/users/${second.id}`, body),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([method === 'DELETE' ? 204 : 200, 409]);
      const firstWent = answers[0].status !== 409;
      // Who stayed makes the other one anew, or brings them back, for the tests that follow.
      const cookie = firstWent ? second.cookie : adminCookie;
      if (firstWent) {
        const back = { name: 'admin', role: 'admin', password: adminPassword };
        const made =
          method === 'DELETE'
            ? await change(cookie, 'POST', '/api/v1/users', back)
            : await change(cookie, 'PATCH', `/api/v1/users/${first}`, { role: 'admin', disabled: false });
        expect(made.status, made.body).toBeLessThan(300);
        adminCookie = (await running.signIn('admin', adminPassword)).cookie ?? '';
      }
      const gone = await userOf(name);
      if (gone !== 'undefined') await change(adminCookie, 'DELETE', `/api/v1/users/${gone}`);
      expect((await change(adminCookie, 'GET', '/api/v1/users')).status).toBe(200);
    }
  });
});

describe('what only administrators get', () => {
  test('the audit trail as a file, in which nothing is a formula', async () => {
    const name = '=cmd|"/C calc"!A0';
    await change(adminCookie, 'POST', '/api/v1/tokens', { name, role: 'viewer' });
    const file = await change(adminCookie, 'GET', '/api/v1/audit/export?format=csv&action=token');
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename="aquila-audit-[\d-]+\.csv"$/);
    expect(file.headers['x-content-type-options']).toBe('nosniff');
    expect(file.body).toContain(`"'=cmd|""/C calc""!A0"`);
    expect(file.body).not.toMatch(/(^|,)=/m);
    const lines = await change(
      adminCookie,
      'GET',
      '/api/v1/audit/export?format=ndjson&outcome=ok&action=audit',
    );
    const [first] = lines.body.split('\n').map((line) => JSON.parse(line || 'null') as unknown);
    expect(first).toMatchObject({ action: 'audit.export', actor: 'admin', result: 'ok' });
    expect((await change(adminCookie, 'GET', '/api/v1/audit/export?format=xlsx')).status).toBe(422);
    expect((await change(adminCookie, 'GET', '/api/v1/audit?cursor=x')).status).toBe(422);
  });

  test('no field that is not theirs to set can be set by the way', async () => {
    const henry = await makePerson('henry');
    for (const more of [
      { id: 'x' },
      { passwordHash: 'x' },
      { tokenVersion: 0 },
      { source: 'oidc' },
      { externalId: 'x' },
    ]) {
      const user = { name: 'ida', role: 'viewer', password, ...more };
      expect((await change(adminCookie, 'POST', '/api/v1/users', user)).status).toBe(422);
      const path = `/api/v1/users/${henry.id}`;
      expect((await change(adminCookie, 'PATCH', path, { disabled: false, ...more })).status).toBe(422);
    }
    const token = { name: 'x', role: 'viewer', expiresInDays: 1, userId: henry.id, owner: 'admin' };
    expect((await change(adminCookie, 'POST', '/api/v1/account/tokens', token)).status).toBe(422);
    const twice = { clusters: [localOnly.clusters[0], localOnly.clusters[0]] };
    expect((await change(adminCookie, 'PATCH', `/api/v1/users/${henry.id}`, twice)).status).toBe(422);
  });
});
