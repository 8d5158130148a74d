/** Messages over real HTTP against a real broker: appending, reading back, the live stream, and what is written down of it. */
import http from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { adminPassword, startConsole } from './testing/console-server.ts';
import type { Answer, RequestOptions, RunningConsole } from './testing/console-server.ts';

let running: RunningConsole;
let token = { viewer: '', operator: '', admin: '' };

beforeAll(async () => {
  running = await startConsole({ withBroker: true });
  const { cookie } = await running.signIn('admin', adminPassword);
  const make = async (role: string): Promise<string> => {
    const headers = { origin: running.url };
    const body = { name: role, role };
    const answer = await running.request('/api/v1/tokens', { method: 'POST', cookie, headers, body });
    return String(answer.json()['token']);
  };
  token = { viewer: await make('viewer'), operator: await make('operator'), admin: await make('admin') };
  await vi.waitUntil(async () => (await get('overview')).status === 200, { timeout: 60_000, interval: 100 });
  const body = { name: 'events', partitions: 2, replicationFactor: 1 };
  const created = await asOperator('POST', 'topics', { body });
  expect(created.status, created.body).toBe(201);
});
afterAll(() => running?.stop());

const at = (rest: string) => `/api/v1/clusters/local/${rest}`;
const get = (rest: string): Promise<Answer> => running.request(at(rest), { token: token.viewer });
const asOperator = (method: string, rest: string, options: RequestOptions = {}) =>
  running.request(at(rest), { method, token: token.operator, ...options });
const produce = (body: unknown) => asOperator('POST', 'topics/events/messages', { body });

test('one is appended by who may, read back where its address says, and its content is in no audit row', async () => {
  const written = await produce({
    key: 'k',
    value: 'a secret',
    headers: [{ key: 'h', value: 'v' }],
    partition: 1,
  });
  expect(written.status, written.body).toBe(201);
  expect(written.json()).toMatchObject({ partition: 1, offset: 0, key: 'k', value: 'a secret' });
  const { location } = written.headers;
  expect(location).toBe(`${at('topics/events/messages')}?partition=1&from=offset%3A0&limit=1`);
  const found = await running.request(location ?? '', { token: token.viewer });
  expect(found.json()['items']).toEqual([written.json()]);
  const audit = (await running.request('/api/v1/audit?limit=1', { token: token.admin })).body;
  expect(audit).toContain('topic.produce');
  expect(audit).not.toContain('secret');

  const refused = await running.request(at('topics/events/messages'), {
    method: 'POST',
    token: token.viewer,
    body: { value: 'x' },
  });
  expect(refused.json()).toMatchObject({ status: 403, type: 'role' });
});

test('what cannot be asked so is refused with its field', async () => {
  for (const [query, field] of [
    ['from=yesterday', 'from'],
    ['partition=-1', 'partition'],
    ['filter=key%20%3D', 'filter'],
    ['limit=0', 'limit'],
  ]) {
    const answer = await get(`topics/events/messages?${String(query)}`);
    expect(answer.status, answer.body).toBe(422);
    expect(answer.json()['errors']).toHaveProperty(String(field));
  }
  expect((await get('topics/missing/messages')).json()).toMatchObject({ status: 404, type: 'not-found' });
  expect((await produce({ value: 'x', more: 1 })).status).toBe(422);
});

test('a stream tells what arrives from now on, and ends with its reader', async () => {
  const { port } = new URL(running.url);
  let received = '';
  const request = http.request({
    ...{ hostname: '127.0.0.1', port, agent: false },
    path: at('topics/events/messages/stream?filter=not%20dull'),
    headers: { authorization: `Bearer ${token.viewer}` },
  });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.end();
  });
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  response.on('data', (chunk: Buffer) => (received += chunk.toString()));
  response.on('error', () => undefined);
  expect((await produce({ value: 'dull' })).status).toBe(201);
  expect((await produce({ value: 'bright' })).status).toBe(201);
  await expect.poll(() => received, { timeout: 30_000 }).toContain('"value":"bright"');
  expect(received).toMatch(/^event: messages$/m);
  expect(received).not.toContain('"value":"dull"');
  expect(received).not.toContain('a secret');
  request.destroy();
  const none = await running.request(at('topics/missing/messages/stream'), { token: token.viewer });
  expect(none.json()).toMatchObject({ status: 404, type: 'not-found' });
});
