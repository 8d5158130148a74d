/**
 * Whoever changes something through the console reads it there from then on, although the broker that is asked hears of the
 * controller's decision later than the console hears that it was done.
 */
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { adminPassword, startConsole, topicToken } from './testing/console-server.ts';
import type { Answer, RunningConsole } from './testing/console-server.ts';
import { startLaggingCluster } from './testing/lagging-cluster.ts';
import type { LaggingCluster } from './testing/lagging-cluster.ts';

const lagMs = 400;
/** Lags, and is where the console starts from. */
const laggingId = 1;
let cluster: LaggingCluster;
let running: RunningConsole;
let cookie = '';

beforeAll(async () => {
  cluster = await startLaggingCluster(lagMs);
  const port = String(cluster.ports[laggingId]);
  running = await startConsole({ environment: { AQUILA_BROKER_PORT: port } });
  cookie = (await running.signIn('admin', adminPassword)).cookie ?? '';
  const brokers = async () => (await call('GET', 'overview')).json()['brokers'];
  await vi.waitFor(async () => expect(await brokers()).toBe(3), { timeout: 30_000, interval: 100 });
});
afterAll(async () => {
  await running?.stop();
  await cluster?.stop();
});

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  running.request(`/api/v1/clusters/local/${path}`, {
    method,
    cookie,
    headers: { origin: running.url },
    body,
  });
const configOf = (answer: Answer, name: string) =>
  (answer.json()['configs'] as { name: string; value: string; source: string }[] | null)?.find(
    (config) => config.name === name,
  );
const topicNames = async (): Promise<string[]> =>
  ((await call('GET', 'topics')).json()['items'] as { name: string }[]).map(({ name }) => name);

test('a topic that was created is there, with its settings', async () => {
  const created = await call('POST', 'topics', {
    name: 'orders',
    partitions: 3,
    replicationFactor: 3,
    configs: { 'retention.ms': '60000' },
  });
  expect(created.status, created.body).toBe(201);
  const read = await call('GET', 'topics/orders');
  for (const answer of [created, read]) {
    expect(answer.json()).toMatchObject({ partitionCount: 3, replicationFactor: 3 });
    expect(answer.json()['partitions']).toHaveLength(3);
    expect(configOf(answer, 'retention.ms')).toMatchObject({ value: '60000', source: 'topic' });
  }
  expect(await topicNames()).toContain('orders');
});

test('more partitions and other settings are there, and settings go back', async () => {
  const more = await call('PATCH', 'topics/orders', { partitions: 5 });
  expect(more.status, more.body).toBe(200);
  const changed = await call('PATCH', 'topics/orders', { configs: { 'retention.ms': '70000' } });
  expect(changed.status, changed.body).toBe(200);
  for (const answer of [changed, await call('GET', 'topics/orders')]) {
    expect(answer.json()).toMatchObject({ partitionCount: 5 });
    expect(configOf(answer, 'retention.ms')).toMatchObject({ value: '70000', source: 'topic' });
  }
  expect(more.json()).toMatchObject({ partitionCount: 5 });
  const back = await call('PATCH', 'topics/orders', { configs: { 'retention.ms': null } });
  for (const answer of [back, await call('GET', 'topics/orders')])
    expect(configOf(answer, 'retention.ms')?.source).not.toBe('topic');
});

test('a setting of a running broker is the new one, and goes back', async () => {
  const change = (value: string | null) =>
    call('PATCH', `brokers/${laggingId}`, { configs: { 'log.retention.ms': value } });
  for (const value of ['604800001', '604800002']) {
    const changed = await change(value);
    expect(changed.status, changed.body).toBe(200);
    for (const answer of [changed, await call('GET', `brokers/${laggingId}`)])
      expect(configOf(answer, 'log.retention.ms')).toMatchObject({ value, source: 'dynamicBroker' });
  }
  const back = await change(null);
  for (const answer of [back, await call('GET', `brokers/${laggingId}`)])
    expect(configOf(answer, 'log.retention.ms')?.source).not.toBe('dynamicBroker');
});

test('moved offsets are where they were moved to, and a deleted group is gone', async () => {
  const admin = new Kafka({
    brokers: cluster.ports.map((port) => `127.0.0.1:${port}`),
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  await admin.setOffsets({
    groupId: 'billing',
    topic: 'orders',
    partitions: [{ partition: 0, offset: '0' }],
  });
  await admin.disconnect();
  const body = { topic: 'orders', partitions: [1], to: 'latest', dryRun: false };
  const moved = await call('POST', 'groups/billing/offsets', body);
  expect(moved.status, moved.body).toBe(200);
  expect((await call('GET', 'groups/billing')).json()['partitions']).toContainEqual(
    expect.objectContaining({ partition: 1, committedOffset: 0 }),
  );
  expect((await call('DELETE', 'groups/billing')).status).toBe(204);
  expect((await call('GET', 'groups/billing')).status).toBe(404);
});

test('a deleted topic is gone, and can be made anew at once', async () => {
  const remove = () => call('DELETE', 'topics/orders', { confirm: 'orders', token: topicToken });
  const removed = await remove();
  expect(removed.status, removed.body).toBe(204);
  expect((await call('GET', 'topics/orders')).status).toBe(404);
  expect(await topicNames()).not.toContain('orders');
  const created = await call('POST', 'topics', { name: 'orders', partitions: 1 });
  expect(created.status, created.body).toBe(201);
  expect((await call('GET', 'topics/orders')).json()).toMatchObject({ partitionCount: 1 });
});
