/**
 * Event streams over real HTTP: readers who reload, are cut off, come back, open too many, read too slowly, or may not read any more.
 * How many are open is what the server's own metrics say.
 */
import http from 'node:http';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, type Database } from '@/console/store/database.ts';
import { adminPassword, startConsole } from './testing/console-server.ts';
import type { Answer, RunningConsole } from './testing/console-server.ts';

const patience = { timeout: 60_000, interval: 50 };
let running: RunningConsole;
let database: Database;
let adminCookie = '';
let token = { viewer: '', admin: '' };
let idle: Reader;

interface Reader {
  readonly status: number;
  readonly received: () => string;
  readonly hasEnded: () => boolean;
  /** `reset`: as a proxy that is gone cuts it. */
  readonly leave: (how?: 'reset') => void;
}

const at = (rest: string) => `/api/v1/clusters/local/${rest}`;
const asAdmin = (method: string, target: string, body?: unknown): Promise<Answer> =>
  running.request(target, { method, cookie: adminCookie, headers: { origin: running.url }, body });

/** Resolves once the head of the answer is there. `slow` never reads a byte of the body. */
function open(target: string, headers: Record<string, string>, slow = false): Promise<Reader> {
  const { hostname, port } = new URL(running.url);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path: target, headers, agent: false }, (response) => {
      let received = '';
      let ended = false;
      if (slow) response.pause();
      else response.on('data', (piece: Buffer) => (received += piece.toString()));
      for (const event of ['end', 'error', 'close']) response.once(event, () => (ended = true));
      resolve({
        status: response.statusCode ?? 0,
        received: () => received,
        hasEnded: () => ended,
        leave: (how) => (how === 'reset' ? response.socket.resetAndDestroy() : request.destroy()),
      });
    });
    request.on('error', reject);
    request.end();
  });
}

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const idsOf = (reader: Reader): string[] =>
  [...reader.received().matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
const hasEvent = (reader: Reader) => expect.poll(() => idsOf(reader).length, patience).toBeGreaterThan(0);

/** But for the idle one that is open all the time. */
async function openStreams(): Promise<number> {
  const { body } = await running.request('/metrics', { token: token.admin });
  return Number(/^aquila_console_streams (\d+)$/m.exec(body)?.[1] ?? Number.NaN) - 1;
}
const allGone = () => expect.poll(openStreams, patience).toBe(0);

beforeAll(async () => {
  running = await startConsole({ withBroker: true });
  database = await openDatabase(`file:${path.join(running.directory, 'data', 'aquila.db')}`);
  adminCookie = (await running.signIn('admin', adminPassword)).cookie ?? '';
  const make = async (role: string): Promise<string> =>
    String((await asAdmin('POST', '/api/v1/tokens', { name: role, role })).json()['token']);
  token = { viewer: await make('viewer'), admin: await make('admin') };
  const ready = async () => (await running.request(at('overview'), { token: token.viewer })).status === 200;
  await vi.waitUntil(ready, patience);
  const created = await asAdmin('POST', at('topics'), { name: 'events', partitions: 8 });
  expect(created.status, created.body).toBe(201);
  idle = await open(
    at('topics/events/messages/stream?filter=value%20%3D%20%22never%22'),
    bearer(token.admin),
  );
});
afterAll(async () => {
  idle?.leave();
  await database?.$disconnect();
  await running?.stop();
});

test('sixty reloads leave nothing open, whether the reader goes or is cut off', async () => {
  for (let reload = 0; reload < 60; reload += 1) {
    const reader = await open(at('stream'), { cookie: adminCookie });
    // The one before may still be on its way out.
    if (reader.status === 200) await hasEvent(reader);
    else expect(reader.status).toBe(429);
    reader.leave(reload % 2 === 0 ? undefined : 'reset');
  }
  await allGone();
});

test('who comes back is told what came meanwhile, and nothing twice', async () => {
  const first = await open(at('stream'), bearer(token.viewer));
  await expect.poll(() => idsOf(first).length, patience).toBeGreaterThanOrEqual(3);
  const seen = idsOf(first);
  first.leave();
  const last = seen.at(-1) ?? '';
  const again = await open(at('stream'), { ...bearer(token.viewer), 'last-event-id': last });
  await expect.poll(() => idsOf(again).length, patience).toBeGreaterThanOrEqual(2);
  again.leave();
  const all = [...seen, ...idsOf(again)];
  expect(all).toEqual([...new Set(all)].sort());
  // Somebody new need not wait for a round.
  const other = await open(at('stream'), { ...bearer(token.viewer), 'last-event-id': 'of another server' });
  await hasEvent(other);
  other.leave();
  await allGone();
});

test.each(['stream', 'topics/events/messages/stream'])(
  'of twenty that one user opens at the same moment six are, on %s',
  async (target) => {
    const readers = await Promise.all(
      Array.from({ length: 20 }, () => open(at(target), bearer(token.viewer))),
    );
    const statuses = readers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(6);
    expect(statuses.filter((status) => status === 429)).toHaveLength(14);
    for (const reader of readers) reader.leave();
    await allGone();
  },
);

test('a stream ends when its session or token has run out, or its reader has another role', async () => {
  const password = 'only for this test';
  const person = async (name: string) => {
    const made = await asAdmin('POST', '/api/v1/users', { name, role: 'operator', password });
    expect(made.status, made.body).toBe(201);
    const { cookie } = await running.signIn(name, password);
    return { id: String(made.json()['id']), reader: await open(at('stream'), { cookie: cookie ?? '' }) };
  };
  const [late, demoted] = [await person('late'), await person('demoted')];
  const short = (
    await asAdmin('POST', '/api/v1/tokens', { name: 'short', role: 'viewer', expiresInDays: 1 })
  ).json();
  const byToken = await open(at('stream'), bearer(String(short['token'])));
  const readers = [late.reader, demoted.reader, byToken];
  for (const reader of readers) await hasEvent(reader);
  const past = new Date(Date.now() - 1_000);
  await database.session.updateMany({ where: { userId: late.id }, data: { expiresAt: past } });
  await database.apiToken.update({ where: { id: String(short['id']) }, data: { expiresAt: past } });
  const changed = await asAdmin('PATCH', `/api/v1/users/${demoted.id}`, { role: 'viewer' });
  expect(changed.status, changed.body).toBe(200);
  for (const reader of readers) await expect.poll(reader.hasEnded, patience).toBe(true);
  await allGone();
});

test('who does not read is let go of, not waited for', async () => {
  const clusters = (await running.request('/api/v1/clusters', { token: token.viewer })).json();
  const [cluster] = clusters['items'] as { bootstrap: string[] }[];
  const producer = new Kafka({ brokers: cluster?.bootstrap ?? [], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const slow = await open(at('topics/events/messages/stream'), bearer(token.viewer), true);
  expect(slow.status).toBe(200);
  try {
    const value = 'x'.repeat(10_000);
    await expect
      .poll(
        async () => {
          const messages = Array.from({ length: 160 }, (_, index) => ({ value, partition: index % 8 }));
          await producer.send({ topic: 'events', messages });
          return openStreams();
        },
        { timeout: 150_000, interval: 300 },
      )
      .toBe(0);
    expect(slow.received()).toBe('');
  } finally {
    slow.leave();
    await producer.disconnect();
  }
});

test('where nothing happens a sign of life comes', async () => {
  await expect.poll(idle.received, patience).toContain(': alive');
  expect(idle.hasEnded()).toBe(false);
});
