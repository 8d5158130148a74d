/**
 * Adding a cluster over real HTTP while the console runs: tested step by step, watched at once, changed, watched again after
 * a restart of what reads it, removed. What opens its door stays inside.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpoints } from '@/console/contracts/endpoints.ts';
import type { Endpoint } from '@/console/contracts/endpoint.ts';
import { adminPassword, openStream, startConsole, topicToken } from './testing/console-server.ts';
import type { Answer, RunningConsole } from './testing/console-server.ts';

let running: RunningConsole;
let address = '';
let token = { viewer: '', operator: '', admin: '' };
const password = 'the-password-of-a-cluster';

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it did not become so; the console said:\n${running.log()}`);
}

beforeAll(async () => {
  running = await startConsole({ withBroker: true });
  const { cookie } = await running.signIn('admin', adminPassword);
  const make = async (role: string) => {
    const options = { method: 'POST', cookie, headers: { origin: running.url }, body: { name: role, role } };
    return String((await running.request('/api/v1/tokens', options)).json()['token']);
  };
  token = { viewer: await make('viewer'), operator: await make('operator'), admin: await make('admin') };
  await until(async () => (await get('/local/overview')).status === 200);
  address = ((await get('/local')).json() as { bootstrap: [string] }).bootstrap[0];
});
afterAll(() => running?.stop());

const get = (rest: string, as = token.viewer): Promise<Answer> =>
  running.request(`/api/v1/clusters${rest}`, { token: as });
const admin = (method: string, rest: string, body?: unknown): Promise<Answer> =>
  running.request(`/api/v1/clusters${rest}`, { method, token: token.admin, body });
const audit = async (count: number) =>
  (await running.request(`/api/v1/audit?limit=${count}`, { token: token.admin })).json()['items'] as {
    action: string;
    target: string;
    result: string;
    detail: string | null;
  }[];
const sasl = { mechanism: 'SCRAM-SHA-256', username: 'watcher', password };

test('a test says step by step how far one gets, and keeps nothing', async () => {
  const answer = await admin('POST', '/test', { bootstrap: [address] });
  expect(answer.status, answer.body).toBe(200);
  expect(answer.json()).toMatchObject({ ok: true, address, brokers: [{ id: 0, address, reachable: true }] });
  const steps = answer.json()['steps'] as { step: string; outcome: string; durationMs: number }[];
  expect(steps.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['name', 'ok'],
    ['tcp', 'ok'],
    ['tls', 'skipped'],
    ['sasl', 'skipped'],
    ['apiVersions', 'ok'],
    ['advertisedAddresses', 'ok'],
    ['brokerMetrics', 'skipped'],
  ]);
  expect((await get('')).json()).toMatchObject({ total: 1 });
  const noDoor = await admin('POST', '/test', { bootstrap: [address], sasl });
  expect(noDoor.json()).toMatchObject({ ok: false });
  expect((noDoor.json()['steps'] as { step: string; outcome: string }[])[3]).toMatchObject({
    step: 'sasl',
    outcome: 'failed',
  });
  expect(await audit(1)).toMatchObject([
    { action: 'cluster.test', result: 'ok', detail: expect.stringContaining('watcher') },
  ]);
  expect(JSON.stringify([noDoor.json(), await audit(5)])).not.toContain(password);
});

test('an added cluster is watched at once', async () => {
  const added = await admin('POST', '', { name: 'Second look', bootstrap: address });
  expect(added.status, added.body).toBe(201);
  expect(added.headers.location).toBe('/api/v1/clusters/second-look');
  expect(added.json()).toMatchObject({ id: 'second-look', source: 'user', readOnly: false });
  await until(async () => (await get('/second-look')).json()['status'] === 'ok');
  expect((await get('/second-look/overview')).json()).toMatchObject({ cluster: 'second-look', brokers: 1 });
  expect((await get('?sort=id')).json()).toMatchObject({
    total: 2,
    items: [{ id: 'local' }, { id: 'second-look' }],
  });
  const metrics = await running.request('/metrics', { token: token.viewer });
  expect(metrics.body).toContain('aquila_cluster_up{cluster="second-look"} 1');
  expect(await audit(1)).toMatchObject([{ action: 'cluster.add', target: 'Second look', result: 'ok' }]);
  expect((await admin('POST', '', { name: 'Second look', bootstrap: address })).json()).toMatchObject({
    status: 409,
    type: 'already-exists',
  });
});

/** What would be sent to change something, by the endpoint's name. */
const bodies: Record<string, unknown> = {
  createTopic: { name: 'x' },
  changeTopic: { partitions: 9 },
  deleteTopic: { confirm: 'x', token: topicToken },
  purgeTopic: { to: 'end', dryRun: false, confirm: 'x' },
  changeTopics: { action: 'partitions', topics: ['x'], partitions: 9, dryRun: false },
  produceMessage: { value: 'x' },
  changeBroker: { configs: { 'log.retention.ms': '1' } },
  resetOffsets: { topic: 'x', to: 'latest', dryRun: false },
  deleteGroup: undefined,
  removeMember: undefined,
};
/** Asks the cluster, and changes nothing in it. */
const harmless = ['refresh'];

test('only watched means that nothing is changed, whoever asks, by each endpoint there is', async () => {
  const changed = await admin('PUT', '/second-look', {
    name: 'Second look',
    bootstrap: address,
    readOnly: true,
  });
  expect(changed.json(), changed.body).toMatchObject({ readOnly: true });
  await until(async () => (await get('/second-look/overview')).status === 200);
  const changes = Object.entries<Endpoint>(endpoints).filter(
    ([name, { method, path: address }]) =>
      method !== 'GET' && address.startsWith('/clusters/{cluster}/') && !harmless.includes(name),
  );
  expect(changes.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(bodies)));
  for (const [name, { method, path: address }] of changes) {
    const rest = address.replace('/clusters/{cluster}', '/second-look').replace('{broker}', '0');
    const isKnown = Object.hasOwn(bodies, name);
    const answer = await admin(method, rest.replace(/\{\w+\}/g, 'x'), isKnown ? bodies[name] : {});
    // Of a change that nobody wrote a body for here, at least none may get through.
    if (!isKnown) expect([404, 409, 422], `${name} ${answer.body}`).toContain(answer.status);
    else expect(answer.json(), `${name} ${answer.body}`).toMatchObject({ status: 409, type: 'read-only' });
  }
});

test('how one gets in is for administrators, and the password for nobody', async () => {
  const body = { name: 'Second look', bootstrap: address, readOnly: true, sasl };
  expect((await admin('PUT', '/second-look', body)).status).toBe(200);
  await until(async () => (await get('/second-look')).json()['status'] === 'unreachable');
  const shown = { mechanism: 'SCRAM-SHA-256', username: 'watcher' };
  expect((await get('/second-look', token.admin)).json()).toMatchObject({ connection: { sasl: shown } });
  for (const as of [token.viewer, token.operator])
    expect((await get('/second-look', as)).json()).toMatchObject({
      connection: null,
      saslMechanism: 'SCRAM-SHA-256',
    });
  const files = readdirSync(running.directory, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const name = path.join(file.parentPath, file.name);
    expect(readFileSync(name).includes(password), name).toBe(false);
  }
  expect(running.log()).not.toContain(password);
  expect((await get('', token.admin)).body + (await get('/second-look', token.admin)).body).not.toContain(
    password,
  );
});

test('the wrong door and the wrong key are told apart from what is not there', async () => {
  expect((await get('/none')).json()).toMatchObject({ status: 404, type: 'not-found' });
  expect((await admin('PUT', '/local', { name: 'mine', bootstrap: address })).json()).toMatchObject({
    status: 409,
    type: 'configured-cluster',
  });
  expect((await admin('DELETE', '/local')).json()).toMatchObject({ status: 409, type: 'configured-cluster' });
  expect(
    (await admin('POST', '', { name: 'metadata', bootstrap: '169.254.169.254:80' })).json(),
  ).toMatchObject({ status: 422, errors: { bootstrap: expect.any(String) } });
  for (const as of [token.viewer, token.operator]) {
    const adding = await running.request('/api/v1/clusters', {
      method: 'POST',
      token: as,
      body: { name: 'x', bootstrap: address },
    });
    expect(adding.json()).toMatchObject({ status: 403, type: 'role' });
  }
});

test('removed, it is gone from everything that shows it, and open streams of it end', async () => {
  await admin('PUT', '/second-look', { name: 'Second look', bootstrap: address });
  await until(async () => (await get('/second-look')).json()['status'] === 'ok');
  const stream = await openStream(running.url, '/api/v1/clusters/second-look/stream', {
    authorization: `Bearer ${token.viewer}`,
  });
  expect((await admin('DELETE', '/second-look')).status).toBe(204);
  await stream.ended;
  expect((await get('/second-look/overview')).status).toBe(404);
  expect((await get('')).json()).toMatchObject({ total: 1 });
  const metrics = await running.request('/metrics', { token: token.viewer });
  expect(metrics.body).not.toContain('second-look');
  expect((await admin('DELETE', '/second-look')).status).toBe(404);
  expect((await audit(2)).map(({ action, result }) => [action, result])).toEqual([
    ['cluster.remove', 'refused: not-found'],
    ['cluster.remove', 'ok'],
  ]);
});
