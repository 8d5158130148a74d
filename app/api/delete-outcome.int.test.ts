/**
 * Deleting a topic when no answer comes back. What is not proven is "unknown", in the answer and in the audit; what the
 * cluster shows to be gone is a success after all.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword, startConsole, topicToken } from './testing/console-server.ts';
import type { Answer, RunningConsole } from './testing/console-server.ts';
import { CuttingProxy } from './testing/cutting-proxy.ts';

const deleteTopicsKey = 20;
const proxy = new CuttingProxy(deleteTopicsKey);
let running: RunningConsole;
let cookie = '';

beforeAll(async () => {
  running = await startConsole({ withBroker: true, between: (brokerPort) => proxy.listen(brokerPort) });
  cookie = (await running.signIn('admin', adminPassword)).cookie ?? '';
});
afterAll(async () => {
  await running?.stop();
  await proxy.close();
});

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  running.request(`/api/v1/${path}`, { method, cookie, headers: { origin: running.url }, body });

async function lastResult(): Promise<string | undefined> {
  const audit = (await call('GET', 'audit?limit=1')).json();
  return (audit['items'] as { result: string }[])[0]?.result;
}

async function createAndDelete(name: string): Promise<Answer> {
  const created = await call('POST', 'clusters/local/topics', { name, partitions: 1 });
  expect(created.status, created.body).toBe(201);
  return call('DELETE', `clusters/local/topics/${name}`, { confirm: name, token: topicToken });
}

test('a request that never arrived: unknown, and the topic is still there', async () => {
  proxy.cut = 'request';
  const answer = await createAndDelete('stays');
  proxy.cut = 'nothing';
  expect(answer.json()).toMatchObject({ status: 504, type: 'outcome-unknown' });
  expect(await lastResult()).toBe('unknown: no answer from the cluster');
  expect((await call('GET', 'clusters/local/topics/stays')).status).toBe(200);
});

test('an answer that was lost: the cluster shows that the topic is gone', async () => {
  proxy.cut = 'answer';
  const answer = await createAndDelete('goes');
  proxy.cut = 'nothing';
  expect(answer.status, answer.body).toBe(204);
  expect(await lastResult()).toBe('ok');
  expect((await call('GET', 'clusters/local/topics/goes')).status).toBe(404);
});
