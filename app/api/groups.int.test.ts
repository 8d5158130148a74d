/**
 * Changing groups and brokers over real HTTP against a real broker: offsets are moved only when nobody reads, dry run first;
 * a group is deleted only without members; a broker's settings change while it runs, or are refused in Kafka's words.
 */
import { Kafka, logLevel } from 'kafkajs';
import type { Consumer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword, startConsole } from './testing/console-server.ts';
import type { Answer, RequestOptions, RunningConsole } from './testing/console-server.ts';

let running: RunningConsole;
let kafka: Kafka;
let consumer: Consumer | null = null;
let token = { viewer: '', operator: '', admin: '' };
let begunAt = 0;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
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
  await until(async () => (await get('overview')).status === 200);
  const { bootstrap } = (await get('')).json() as { bootstrap: string[] };
  kafka = new Kafka({ brokers: bootstrap, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2 }], waitForLeaders: true });
  const producer = kafka.producer();
  await producer.connect();
  begunAt = Date.now() - 100_000;
  const messages = Array.from({ length: 10 }, (_, index) => ({
    value: String(index),
    partition: 0,
    timestamp: String(begunAt + index * 1_000),
  }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
  await admin.setOffsets({
    groupId: 'billing',
    topic: 'orders',
    partitions: [{ partition: 0, offset: '4' }],
  });
  await admin.disconnect();
  await operator('POST', 'refresh');
});
afterAll(async () => {
  await consumer?.disconnect();
  await running?.stop();
});

const at = (rest: string) => `/api/v1/clusters/local${rest === '' ? '' : `/${rest}`}`;
const get = (rest: string): Promise<Answer> => running.request(at(rest), { token: token.viewer });
const operator = (method: string, rest: string, options: RequestOptions = {}) =>
  running.request(at(rest), { method, token: token.operator, ...options });
const reset = (body: unknown, group = 'billing') =>
  operator('POST', `groups/${encodeURIComponent(group)}/offsets`, { body });
const committed = async (group = 'billing') =>
  (
    (await get(`groups/${group}`)).json()['partitions'] as { partition: number; committedOffset: number }[]
  ).map(({ partition, committedOffset }) => [partition, committedOffset]);
const lastAudit = async () =>
  ((await running.request('/api/v1/audit?limit=1', { token: token.admin })).json()['items'] as unknown[])[0];

test('a dry run is the rule: it says where offsets would go and moves nothing', async () => {
  const answer = await reset({ topic: 'orders', to: 'earliest' });
  expect(answer.status, answer.body).toBe(200);
  expect(answer.json()).toEqual({
    group: 'billing',
    topic: 'orders',
    dryRun: true,
    timestamp: null,
    partitions: [
      {
        topic: 'orders',
        partition: 0,
        oldOffset: 4,
        newOffset: 0,
        earliestOffset: 0,
        latestOffset: 10,
        clamped: false,
        note: null,
      },
      {
        topic: 'orders',
        partition: 1,
        oldOffset: null,
        newOffset: 0,
        earliestOffset: 0,
        latestOffset: 0,
        clamped: false,
        note: null,
      },
    ],
  });
  expect(await committed()).toEqual([[0, 4]]);
  expect(await lastAudit()).toMatchObject({
    action: 'group.reset-offsets',
    target: 'billing',
    cluster: 'local',
    result: 'ok',
    detail: 'dry run, orders to earliest; 0: 4 -> 0; 1: none -> 0',
  });
});

test.each<[Record<string, unknown>, number]>([
  [{ to: 'shift', value: 3 }, 7],
  [{ to: 'shift', value: -100 }, 0],
  [{ to: 'offset', value: 11 }, 10],
  [{ to: 'offset', value: 6 }, 6],
  [{ to: 'current' }, 6],
  [{ to: 'latest' }, 10],
])('%o moves what was committed, inside the partition', async (aim, expected) => {
  const answer = await reset({ topic: 'orders', partitions: [0], dryRun: false, ...aim });
  expect(answer.json()).toMatchObject({ dryRun: false, partitions: [{ partition: 0, newOffset: expected }] });
  expect(await committed()).toEqual([[0, expected]]);
});

test('a time leads to the first record that is not older, as number and as ISO', async () => {
  for (const value of [begunAt + 4_500, new Date(begunAt + 4_500).toISOString()]) {
    const answer = await reset({ topic: 'orders', partitions: [0], to: 'timestamp', value });
    expect(answer.json()).toMatchObject({ partitions: [{ newOffset: 5 }] });
  }
  const later = await reset({
    topic: 'orders',
    partitions: [0],
    to: 'timestamp',
    value: Date.now() + 60_000,
  });
  expect(later.json()).toMatchObject({
    partitions: [{ newOffset: 10, note: expect.stringContaining('the end') }],
  });
});

test('a duration leads to the first record that is not older than that, and the answer says which moment was meant', async () => {
  const beforeMs = Date.now();
  const hours = Math.ceil((beforeMs - begunAt) / 3_600_000) + 1;
  for (const value of [hours * 3_600_000, `PT${String(hours)}H`]) {
    const answer = await reset({ topic: 'orders', partitions: [0], to: 'duration', value });
    expect(answer.json()).toMatchObject({ partitions: [{ newOffset: 0, note: null }] });
    const { timestamp } = answer.json() as { timestamp: number };
    expect(timestamp + hours * 3_600_000).toBeGreaterThanOrEqual(beforeMs);
    expect(timestamp + hours * 3_600_000).toBeLessThanOrEqual(Date.now());
  }
  const young = await reset({ topic: 'orders', partitions: [0], to: 'duration', value: 0 });
  expect(young.json()).toMatchObject({ partitions: [{ newOffset: 10 }] });
  const all = await reset({ topic: 'orders', partitions: [0], to: 'duration', value: 'P99999D' });
  expect(all.json()).toMatchObject({ timestamp: 0, partitions: [{ newOffset: 0 }] });
  const plain = await reset({ topic: 'orders', to: 'latest' });
  expect(plain.json()).toMatchObject({ timestamp: null });
});

test.each<[Record<string, unknown>, number, string]>([
  [{ topic: 'orders', to: 'duration' }, 422, 'value'],
  [{ topic: 'orders', to: 'duration', value: -1 }, 422, 'value'],
  [{ topic: 'orders', to: 'duration', value: 'P1M' }, 422, 'value'],
  [{ topic: 'orders', to: 'duration', value: '-PT1H' }, 422, 'value'],
  [{ topic: 'orders', to: 'offset' }, 422, 'value'],
  [{ topic: 'orders', to: 'offset', value: -1 }, 422, 'value'],
  [{ topic: 'orders', to: 'timestamp', value: 'yesterday' }, 422, 'value'],
  [{ topic: 'orders', to: 'latest', value: 1 }, 422, 'value'],
  [{ topic: 'orders', to: 'sideways' }, 422, 'to'],
  [{ topic: 'orders', to: 'latest', partitions: [0, 9] }, 422, 'partitions'],
  [{ topic: 'orders', to: 'latest', partitions: [] }, 422, 'partitions'],
  [{ topic: 'orders', to: 'shift', value: 1, partitions: [1] }, 422, 'to'],
  [{ topic: 'no-such-topic', to: 'latest' }, 422, 'topic'],
  [{ to: 'latest' }, 422, 'topic'],
  [{ topic: 'orders', to: 'latest', force: true }, 422, 'force'],
])('%o is refused with the field', async (body, status, field) => {
  const answer = await reset({ dryRun: false, ...body });
  expect(answer.json(), answer.body).toMatchObject({ status, errors: { [field]: expect.any(String) } });
});

test('a group that is not there is 404, for moving and for deleting', async () => {
  expect((await reset({ topic: 'orders', to: 'latest' }, 'no such group')).json()).toMatchObject({
    status: 404,
  });
  expect((await operator('DELETE', 'groups/no%20such%20group')).json()).toMatchObject({ status: 404 });
});

test('while somebody reads, offsets stay and the group stays', async () => {
  consumer = kafka.consumer({ groupId: 'readers', sessionTimeout: 6_000, heartbeatInterval: 500 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const seen = new Promise<void>((resolve) => {
    void consumer?.run({ eachMessage: () => Promise.resolve(resolve()) });
  });
  await seen;
  for (const dryRun of [true, false]) {
    const answer = await reset({ topic: 'orders', to: 'earliest', dryRun }, 'readers');
    expect(answer.json()).toMatchObject({ status: 409, type: 'group-active' });
  }
  expect((await operator('DELETE', 'groups/readers')).json()).toMatchObject({
    status: 409,
    type: 'group-active',
  });
  expect(await lastAudit()).toMatchObject({
    action: 'group.delete',
    target: 'readers',
    result: 'refused: group-active',
  });
  await consumer.disconnect();
  consumer = null;
  expect((await operator('DELETE', 'groups/readers')).status).toBe(204);
  expect((await get('groups/readers')).status).toBe(404);
  expect(await lastAudit()).toMatchObject({ action: 'group.delete', target: 'readers', result: 'ok' });
});

/** Members of a group as the console shows them now. */
async function membersOf(group: string): Promise<{ memberId: string; clientId: string }[]> {
  await operator('POST', 'refresh');
  return (await get(`groups/${group}`)).json()['members'] as { memberId: string; clientId: string }[];
}
const removal = (group: string, memberId: string) =>
  `groups/${group}/members/${encodeURIComponent(memberId)}`;

test('a member is removed while it reads, and its program joins again under another id', async () => {
  consumer = kafka.consumer({ groupId: 'watched', sessionTimeout: 30_000, heartbeatInterval: 300 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  await consumer.run({ eachMessage: () => Promise.resolve() });
  await until(async () => (await membersOf('watched')).length === 1);
  const [member] = await membersOf('watched');
  const memberId = member?.memberId ?? '';
  const asViewer = { method: 'DELETE', token: token.viewer };
  expect((await running.request(at(removal('watched', memberId)), asViewer)).json()).toMatchObject({
    type: 'role',
  });
  const removed = await operator('DELETE', removal('watched', memberId));
  expect(removed.status, removed.body).toBe(204);
  expect(await lastAudit()).toMatchObject({
    action: 'group.remove-member',
    target: 'watched',
    result: 'ok',
    detail: expect.stringContaining(memberId),
  });
  await until(async () => {
    const now = await membersOf('watched');
    return now.length === 1 && now[0]?.memberId !== memberId;
  });
  expect((await operator('DELETE', removal('watched', memberId))).json()).toMatchObject({ status: 404 });
  expect((await operator('DELETE', removal('no%20such%20group', 'm'))).json()).toMatchObject({ status: 404 });
  await consumer.disconnect();
  consumer = null;
});

test('what changed is told: the group that came up', async () => {
  const answer = await get('changes');
  expect(answer.status, answer.body).toBe(200);
  const kinds = (answer.json()['items'] as { change: { kind: string } }[]).map(({ change }) => change.kind);
  expect(kinds).toContain('groups-appeared');
  expect(kinds.at(-1)).toBe('watch-began');
  expect((await get('changes?sinceMinutes=0')).json()).toMatchObject({ status: 422 });
  expect((await get('changes?sinceMinutes=1441')).json()).toMatchObject({ status: 422 });
});

test('a viewer changes nothing', async () => {
  const asViewer = (method: string, rest: string, body?: unknown) =>
    running.request(at(rest), { method, token: token.viewer, body });
  for (const answer of [
    await asViewer('POST', 'groups/billing/offsets', { topic: 'orders', to: 'earliest', dryRun: false }),
    await asViewer('DELETE', 'groups/billing'),
    await asViewer('PATCH', 'brokers/0', { configs: { 'log.cleaner.threads': '2' } }),
  ]) {
    expect(answer.json()).toMatchObject({ status: 403, type: 'role' });
  }
  expect(await committed()).toEqual([[0, 10]]);
});

test('a setting of a running broker is changed and put back; the audit says from what to what', async () => {
  const change = (configs: Record<string, string | null>) =>
    operator('PATCH', 'brokers/0', { body: { configs } });
  const changed = await change({ 'log.retention.ms': '3600000' });
  expect(changed.status, changed.body).toBe(200);
  const valueOf = (answer: Answer) =>
    (answer.json()['configs'] as { name: string; value: string; source: string }[]).find(
      ({ name }) => name === 'log.retention.ms',
    );
  expect(valueOf(changed)).toMatchObject({ value: '3600000', source: 'dynamicBroker' });
  expect(await lastAudit()).toMatchObject({
    action: 'broker.change',
    target: '0',
    result: 'ok',
    detail: 'log.retention.ms: none -> 3600000',
  });
  const back = await change({ 'log.retention.ms': null });
  expect(await lastAudit()).toMatchObject({ detail: 'log.retention.ms: 3600000 -> as without it' });
  expect(valueOf(back)?.source).not.toBe('dynamicBroker');
  expect((await get('brokers/0')).json()['configs']).toEqual(back.json()['configs']);
});

test('what Kafka does not change while the broker runs is refused in its words, and nothing is changed', async () => {
  const change = (configs: unknown, broker = '0') =>
    operator('PATCH', `brokers/${broker}`, { body: { configs } });
  const readOnly = await change({ 'log.retention.ms': '1', 'log.dirs': '/tmp/elsewhere' });
  expect(readOnly.json()).toMatchObject({
    status: 422,
    type: 'refused-by-kafka',
    detail: expect.stringContaining('log.dirs'),
  });
  expect((await change({ 'log.retention.ms': 'soon' })).json()).toMatchObject({
    status: 422,
    type: 'refused-by-kafka',
  });
  expect((await change({})).json()).toMatchObject({ status: 422, errors: { configs: expect.any(String) } });
  expect((await change({ 'a b': '1' })).status).toBe(422);
  expect((await change({ 'log.retention.ms': '1' }, '7')).json()).toMatchObject({ status: 404 });
  const configs = (await get('brokers/0')).json()['configs'] as { name: string; source: string }[];
  expect(configs.find(({ name }) => name === 'log.retention.ms')?.source).not.toBe('dynamicBroker');
});
