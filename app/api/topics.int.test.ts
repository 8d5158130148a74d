/**
 * Topics over real HTTP against a real broker: reading, creating, changing, and the door in front of deleting. Then the
 * broker goes away, and what was known is still answered.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword, buildDirectory, startConsole, topicToken } from './testing/console-server.ts';
import type { Answer, RequestOptions, RunningConsole } from './testing/console-server.ts';
import { startMailSink, type MailSink } from '@/console/alerting/testing/mail-sink.ts';
import { openDatabase } from '@/console/store/database.ts';

let running: RunningConsole;
let brokerAddress = '';
let mails: MailSink;
let token = { viewer: '', operator: '', admin: '' };

beforeAll(async () => {
  mails = await startMailSink();
  running = await startConsole({ withBroker: true });
  const { cookie } = await running.signIn('admin', adminPassword);
  const make = async (role: string) => {
    const headers = { origin: running.url };
    const answer = await running.request('/api/v1/tokens', {
      method: 'POST',
      cookie,
      headers,
      body: { name: role, role },
    });
    return String(answer.json()['token']);
  };
  token = { viewer: await make('viewer'), operator: await make('operator'), admin: await make('admin') };
  await until(async () => (await get('overview')).status === 200);
  const clusters = (await running.request('/api/v1/clusters', { token: token.viewer })).json();
  brokerAddress = (clusters['items'] as { bootstrap: string[] }[])[0]?.bootstrap[0] ?? '';
});
afterAll(async () => {
  await running?.stop();
  await mails?.close();
});

const at = (rest: string) => `/api/v1/clusters/local/${rest}`;
const get = (rest: string): Promise<Answer> => running.request(at(rest), { token: token.viewer });
const asOperator = (method: string, rest: string, options: RequestOptions = {}) =>
  running.request(at(rest), { method, token: token.operator, ...options });
const remove = (topic: string, body: unknown, options: RequestOptions = {}) =>
  asOperator('DELETE', `topics/${encodeURIComponent(topic)}`, { body, ...options });
const refresh = () => asOperator('POST', 'refresh');

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it did not become so; the console said:\n${running.log()}`);
}

async function lastAudit(): Promise<{
  detail: string | null;
  action: string;
  result: string;
  target: string;
  actor: string;
  ip: string;
  cluster: string;
}> {
  const answer = await running.request('/api/v1/audit?limit=1', { token: token.admin });
  return (
    answer.json()['items'] as [
      {
        detail: string | null;
        action: string;
        result: string;
        target: string;
        actor: string;
        ip: string;
        cluster: string;
      },
    ]
  )[0];
}

test('a topic is created, found, changed', async () => {
  const created = await asOperator('POST', 'topics', {
    body: { name: 'orders', partitions: 3, replicationFactor: 1, configs: { 'retention.ms': '60000' } },
  });
  expect(created.status, created.body).toBe(201);
  expect(created.headers.location).toBe(at('topics/orders'));
  expect(created.json()).toMatchObject({
    name: 'orders',
    partitionCount: 3,
    replicationFactor: 1,
    internal: false,
  });
  expect(created.json()['configs']).toContainEqual(
    expect.objectContaining({ name: 'retention.ms', value: '60000', isDefault: false }),
  );
  expect(await lastAudit()).toMatchObject({
    action: 'topic.create',
    target: 'orders',
    cluster: 'local',
    result: 'ok',
    actor: 'token:operator',
    ip: '127.0.0.1',
  });

  const again = await asOperator('POST', 'topics', { body: { name: 'orders', partitions: 1 } });
  expect(again.json()).toMatchObject({ status: 409, type: 'already-exists' });
  for (const name of ['', '.', '..', 'a b', 'a/b', 'x'.repeat(250), 'ü']) {
    expect((await asOperator('POST', 'topics', { body: { name } })).status, name).toBe(422);
  }
  const bad = await asOperator('POST', 'topics', {
    body: { name: 'other', configs: { 'retention.ms': 'soon' } },
  });
  expect(bad.json()).toMatchObject({ status: 422, type: 'refused-by-kafka' });

  const changed = await asOperator('PATCH', 'topics/orders', {
    body: { partitions: 4, configs: { 'retention.ms': '120000' } },
  });
  expect(changed.status, changed.body).toBe(200);
  expect(changed.json()).toMatchObject({ partitionCount: 4 });
  expect(changed.json()['configs']).toContainEqual(
    expect.objectContaining({ name: 'retention.ms', value: '120000', isDefault: false }),
  );
  expect(await lastAudit()).toMatchObject({
    action: 'topic.change',
    result: 'ok',
    detail: 'partitions: 3 -> 4; retention.ms: 60000 -> 120000',
  });
  const detail = (await get('topics/orders')).json();
  expect(detail['partitions']).toHaveLength(4);
  expect((detail['partitions'] as unknown[])[0]).toMatchObject({
    partition: 0,
    leader: 0,
    replicas: [0],
    isr: [0],
    logStartOffset: 0,
    highWatermark: 0,
  });
  const list = (await get('topics?search=ORD&sort=-partitionCount&limit=1')).json();
  expect(list).toMatchObject({ total: 1, nextCursor: null, items: [{ name: 'orders' }] });
  expect((await get('topics/missing')).json()).toMatchObject({ status: 404, type: 'not-found' });
  expect((await running.request('/api/v1/clusters/other/topics', { token: token.viewer })).status).toBe(404);
});

test('a setting is explained with every place that sets it, changed, and put back', async () => {
  const make = { name: 'explained', partitions: 1, configs: { 'retention.ms': '60000' } };
  expect((await asOperator('POST', 'topics', { body: make })).status).toBe(201);
  const explained = (await get('topics/explained/configs/retention.ms')).json();
  expect(explained).toMatchObject({
    name: 'retention.ms',
    value: '60000',
    source: 'topic',
    type: 'long',
    documentation: expect.stringMatching(/\w+ \w+/),
  });
  const levels = explained['levels'] as { name: string; value: string; source: string }[];
  expect(levels[0]).toEqual({ name: 'retention.ms', value: '60000', source: 'topic' });
  expect(levels.at(-1)).toEqual({ name: 'log.retention.hours', value: '168', source: 'default' });

  const change = (body: unknown) => asOperator('PATCH', 'topics/explained', { body });
  expect((await change({ configs: { 'retention.ms': null } })).status).toBe(200);
  expect(await lastAudit()).toMatchObject({ detail: 'retention.ms: 60000 -> as without it' });
  expect((await get('topics/explained/configs/retention.ms')).json()).toMatchObject({ source: 'default' });

  const names = ['topics/explained/configs/no.such', 'topics/absent/configs/retention.ms'];
  for (const name of [...names, 'brokers/7/configs/log.dirs'])
    expect((await get(name)).json(), name).toMatchObject({ status: 404 });
  expect((await get('brokers/0/configs/log.dirs')).json()).toMatchObject({ source: 'staticBroker' });
});

test('a change of which Kafka refuses one part leaves the others undone, too', async () => {
  const body = { partitions: 9, configs: { 'retention.ms': 'soon' } };
  const refused = await asOperator('PATCH', 'topics/explained', { body });
  expect(refused.json()).toMatchObject({ status: 422, type: 'refused-by-kafka' });
  expect(await lastAudit()).toMatchObject({
    result: 'refused: refused-by-kafka',
    detail: expect.stringContaining('partitions: 1 -> 9; retention.ms: '),
  });
  await refresh();
  expect((await get('topics/explained')).json()).toMatchObject({ partitionCount: 1 });
});

test('lag is end minus committed', async () => {
  const kafka = new Kafka({ brokers: [brokerAddress], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const admin = kafka.admin();
  await producer.connect();
  await admin.connect();
  const messages = Array.from({ length: 10 }, (_, number) => ({ value: `${number}` }));
  await producer.send({
    topic: 'orders',
    messages: messages.map((message) => ({ ...message, partition: 1 })),
  });
  await admin.setOffsets({
    groupId: 'billing',
    topic: 'orders',
    partitions: [{ partition: 1, offset: '4' }],
  });
  await producer.disconnect();
  await admin.disconnect();
  expect((await refresh()).json()).toMatchObject({ requests: { Metadata: expect.any(Number) } });
  const group = (await get('groups/billing')).json();
  expect(group).toMatchObject({
    id: 'billing',
    totalLag: 6,
    status: 'unknown',
    reason: expect.stringMatching(/6 records behind, watched since/),
    topics: ['orders'],
  });
  // Somewhere between the round that saw the partition empty and now; a moment later it is more.
  expect(group['lagSeconds']).toBeGreaterThan(0);
  expect(group['partitions']).toEqual([
    expect.objectContaining({
      topic: 'orders',
      partition: 1,
      committedOffset: 4,
      logEndOffset: 10,
      lag: 6,
      memberId: null,
    }),
  ]);
  expect((await get('overview')).json()).toMatchObject({
    totalLag: 6,
    brokers: 1,
    controllerId: 0,
    offlinePartitions: 0,
  });
  // A busy machine may miss rounds, of which two make what is known stale until the next.
  await until(async () => (await get('overview')).json()['stale'] === false);
  const carried = (await get('brokers/0')).json()['partitions'];
  const carries = (topic: string, internal: boolean) =>
    expect(carried).toContainEqual(expect.objectContaining({ topic, internal, partition: 0 }));
  carries('orders', false);
  carries('__consumer_offsets', true);
  expect((await running.request('/metrics', { token: token.viewer })).body).toContain(
    'aquila_group_topic_lag_records{cluster="local",group="billing",topic="orders"} 6',
  );
  const history = (await get('history?series=group.lag&group=billing&from=0')).json();
  expect(history['series']).toEqual([
    expect.objectContaining({ labels: expect.objectContaining({ group: 'billing' }) }),
  ]);
  const stream = await get('stream');
  expect(stream.headers['content-type']).toContain('text/event-stream');
});

test('the door in front of deleting refuses in one order, and writes each refusal down', async () => {
  const wrong = { confirm: 'orders', token: 'wrong' };
  expect((await running.request(at('topics/orders'), { method: 'DELETE', body: wrong })).status).toBe(401);
  const role = await running.request(at('topics/orders'), {
    method: 'DELETE',
    token: token.viewer,
    body: { confirm: 'orders', token: topicToken },
  });
  expect(role.json()).toMatchObject({ status: 403, type: 'role' });
  expect(await lastAudit()).toMatchObject({
    action: 'topic.delete',
    target: 'orders',
    result: 'refused: role',
    actor: 'token:viewer',
  });
  expect((await remove('orders', { confirm: 'order', token: topicToken })).json()).toMatchObject({
    status: 422,
    type: 'confirm',
  });
  expect((await remove('orders', undefined)).json()).toMatchObject({ status: 422, type: 'confirm' });
  const internal = await remove('__consumer_offsets', { confirm: '__consumer_offsets', token: topicToken });
  expect(internal.json()).toMatchObject({ status: 403, type: 'internal-topic' });
  // The token is not read from the address.
  const inAddress = await asOperator('DELETE', `topics/orders?confirm=orders&token=${topicToken}`);
  expect(inAddress.json()).toMatchObject({ status: 403, type: 'wrong-topic-token' });
  const bodies = new Set<string>();
  const left = [inAddress.json()['triesLeft']];
  const withoutCount = (answer: Answer) => JSON.stringify({ ...answer.json(), triesLeft: null });
  for (const sent of ['', topicToken.slice(0, -1), [topicToken], { $ne: null }]) {
    const answer = await remove('orders', { confirm: 'orders', token: sent });
    expect(answer.status).toBe(403);
    bodies.add(withoutCount(answer));
    left.push(answer.json()['triesLeft']);
  }
  // Nothing but the number of tries tells one wrong token from another.
  expect([...bodies]).toEqual([withoutCount(inAddress)]);
  expect(left).toEqual([4, 3, 2, 1, 0]);
  expect(await lastAudit()).toMatchObject({ result: 'refused: wrong-topic-token' });
  const locked = await remove('orders', { confirm: 'orders', token: topicToken });
  expect(locked.json()).toMatchObject({ status: 429, type: 'too-many-tries' });
  expect(Number(locked.headers['retry-after'])).toBeGreaterThan(800);
  expect((await get('topics/orders')).status).toBe(200);
});

test('who goes on guessing is told of by mail at the tenth try, and other accounts are not locked out', async () => {
  const channel = { name: 'admins', type: 'email', settings: { url: mails.url, to: ['admins@example.com'] } };
  const made = await running.request('/api/v1/alerts/channels', {
    method: 'POST',
    token: token.admin,
    body: channel,
  });
  expect(made.status, made.body).toBe(201);
  // Six were refused above; many topics at once are behind the same door.
  const many = { action: 'delete', topics: ['orders'], confirm: '1', token: 'wrong', dryRun: false };
  for (let tries = 6; tries < 10; tries += 1)
    expect((await asOperator('POST', 'topic-changes', { body: many })).status).toBe(429);
  const mail = await mails.next();
  expect(mail.to).toEqual(['admins@example.com']);
  expect(mail.text.replace(/\s+/g, ' ')).toContain('the last one of token:operator from 127.0.0.1');
  expect(await lastAudit()).toMatchObject({ action: 'topics.change', result: 'refused: too-many-tries' });
  expect((await get('topics/orders')).status).toBe(200);
});

test('without any topic token nothing is deleted, by one or by many, and it says so', async () => {
  const created = await asOperator('POST', 'topics', { body: { name: 'kept' } });
  expect(created.status, created.body).toBe(201);
  const obstacle = async (): Promise<unknown> =>
    (await asOperator('GET', 'topic-deletion')).json()['blockedBy'];
  expect(await obstacle()).toBeNull();
  const database = await openDatabase(`file:${path.join(running.directory, 'data', 'aquila.db')}`);
  try {
    const row = await database.setting.findUniqueOrThrow({ where: { key: 'topicToken.sha256' } });
    await database.setting.delete({ where: { key: row.key } });
    const asAdmin = { token: token.admin };
    expect(await obstacle()).toBe('no-token');
    for (const sent of [topicToken, '', undefined]) {
      const one = await remove('kept', { confirm: 'kept', token: sent }, asAdmin);
      expect(one.json()).toMatchObject({
        ...{ status: 409, type: 'deletion-disabled' },
        detail: expect.stringContaining('topic-token rotate') as string,
      });
      const change = { action: 'delete', topics: ['kept'], confirm: '1', token: sent, dryRun: false };
      const many = await asOperator('POST', 'topic-changes', { body: change, ...asAdmin });
      expect(many.json()).toMatchObject({ status: 409, type: 'deletion-disabled' });
    }
    expect(await lastAudit()).toMatchObject({ result: 'refused: deletion-disabled' });
    expect((await get('topics/kept')).status).toBe(200);
    await database.setting.create({ data: row });
  } finally {
    await database.$disconnect();
  }
});

test('whoever has role, name and token deletes it; twice at once is one success and one 404', async () => {
  const asAdmin = (name: string, options: RequestOptions) =>
    running.request(at(`topics/${name}`), { method: 'DELETE', token: token.admin, ...options });
  const answers = await Promise.all(
    [1, 2].map(() => asAdmin('orders', { body: { confirm: 'orders', token: topicToken } })),
  );
  expect(answers.map(({ status }) => status).sort(), answers.map(({ body }) => body).join()).toEqual([
    204, 404,
  ]);
  expect((await get('topics/orders')).status).toBe(404);
  const replayed = await asAdmin('orders', { body: { confirm: 'orders', token: topicToken } });
  expect(replayed.json()).toMatchObject({ status: 404, type: 'not-found' });
  const audit = await running.request('/api/v1/audit?limit=3', { token: token.admin });
  expect((audit.json()['items'] as { result: string }[]).map(({ result }) => result).sort()).toEqual([
    'ok',
    'refused: not-found',
    'refused: not-found',
  ]);
  await asOperator('POST', 'topics', { body: { name: 'by.header' } });
  const byHeader = await asAdmin('by.header?confirm=by.header', {
    headers: { 'aquila-topic-token': topicToken },
  });
  expect(byHeader.status, byHeader.body).toBe(204);
});

test('without the broker the last figures stay, marked stale; changes are refused as not done', async () => {
  await asOperator('POST', 'topics', { body: { name: 'stays' } });
  process.kill(running.brokerPid ?? 0, 'SIGKILL');
  await until(async () => (await get('overview')).json()['stale'] === true);
  const overview = (await get('overview')).json();
  expect(overview).toMatchObject({ status: 'unreachable', health: { level: 'broken' } });
  expect((await get('topics/stays')).json()).toMatchObject({ name: 'stays', stale: true });
  expect((await get('topics/stays')).json()['configs']).toContainEqual(
    expect.objectContaining({ name: 'cleanup.policy', value: 'delete', isDefault: true }),
  );
  const refused = await running.request(at('topics/stays'), {
    method: 'DELETE',
    token: token.admin,
    body: { confirm: 'stays', token: topicToken },
  });
  expect(refused.json()).toMatchObject({ status: 503, type: 'cluster-unreachable' });
  expect(await lastAudit()).toMatchObject({
    action: 'topic.delete',
    target: 'stays',
    result: 'failed: cluster-unreachable',
  });
  expect((await refresh()).status).toBe(503);
});

function clientFiles(): string[] {
  const directory = path.join(buildDirectory(), 'static');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(10);
  return files;
}

/** Base64 and quoted-printable undone, wherever they stand. */
const decodedParts = (raw: string): string[] => [
  ...[...raw.matchAll(/(?:^[A-Za-z0-9+/=]{20,}\r?\n)+/gm)].map(([part]) =>
    Buffer.from(part, 'base64').toString('latin1'),
  ),
  raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16))),
];

test('what runs in the browser knows no setting that holds a secret', () => {
  // Whatever is inlined from the server's side brings these names along.
  const names =
    /topicToken\.sha256|AQUILA_TOPIC_TOKEN|AQUILA_ADMIN_PASSWORD|AQUILA_SECRET|argon2id|channel-key/;
  expect(clientFiles().filter((file) => names.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test('no token and no password stands in a file, in the log, on a page, in a mail or in an answer', async () => {
  const { cookie } = await running.signIn('admin', adminPassword);
  const shown: string[] = [];
  for (const page of [
    '/',
    '/topics',
    '/topics/stays',
    '/settings',
    '/users',
    '/account',
    '/audit',
    '/metrics',
    '/no/such/page',
    '/topics/no-such-topic',
    `/topics/${encodeURIComponent('<script>')}/messages?from=x`,
  ])
    shown.push((await running.request(page, { cookie })).body);
  for (const answer of ['audit?limit=1000', 'audit/export?format=ndjson', 'tokens', 'users', 'openapi.json'])
    shown.push((await running.request(`/api/v1/${answer}`, { cookie })).body);
  for (const path of ['/topics', '/topics/stays']) {
    const headers = { rsc: '1', 'next-router-prefetch': '1' };
    shown.push((await running.request(path, { cookie, headers })).body);
  }
  for (const answer of [
    'clusters/local/topics/stays?token=x',
    'clusters/other/topics',
    'alerts/incidents',
    'nothing',
  ])
    shown.push((await running.request(`/api/v1/${answer}`, { cookie })).body);
  // What the browser is given beside pages, and what was sent by mail, its parts as they are read.
  shown.push(...clientFiles().map((file) => readFileSync(file, 'utf8')));
  expect(mails.mails.length).toBeGreaterThan(0);
  for (const { raw, text } of mails.mails) shown.push(raw, text, ...decodedParts(raw));
  for (const secret of [topicToken, adminPassword, token.admin, token.operator])
    expect(shown.findIndex((text) => text.includes(secret))).toBe(-1);

  const files = readdirSync(running.directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const secret of [topicToken, adminPassword, token.admin, token.operator]) {
    for (const entry of files) {
      const file = path.join(entry.parentPath, entry.name);
      expect(readFileSync(file).includes(secret), file).toBe(false);
    }
    expect(running.log()).not.toContain(secret);
  }
});
