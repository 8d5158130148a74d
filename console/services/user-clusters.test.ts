/** Clusters that users add: what is kept where, what comes back out, and what is refused. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { selfSigned } from '../../kafka-client/testing/self-signed.ts';
import { alertRuleInputSchema } from '../contracts/alerts.ts';
import { changedClusterSchema, newClusterSchema } from '../contracts/clusters.ts';
import { ListedWriter } from '../store/testing/listed-writer.ts';
import { sweepDetached } from '../store/detached-history.ts';
import { createAlertRule, listAlertRules } from './alert-rules.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { openTestConsole } from './testing/test-context.ts';
import type { TestConsole } from './testing/test-context.ts';
import {
  addCluster,
  clusterDetail,
  removeCluster,
  replaceCluster,
  userClustersMax,
} from './user-clusters.ts';
import { allClusters } from './watched-clusters.ts';

let console_: TestConsole;
let context: ConsoleContext;
let notes: string[] = [];
const note = (detail: string) => void notes.push(detail);
const admin: Actor = {
  kind: 'user',
  id: 'u',
  name: 'ann',
  role: 'admin',
  clusters: null,
  ip: '::1',
  sessionId: null,
};

beforeEach(async () => {
  console_ = await openTestConsole();
  context = console_.context;
  notes = [];
});
afterEach(() => console_.close());

const sasl = { mechanism: 'SCRAM-SHA-512', username: 'watcher', password: 's3cret-pass-of-kafka' };
const inputOf = (fields: Record<string, unknown> = {}) =>
  newClusterSchema.parse({ name: 'Orders (EU)', bootstrap: '127.0.0.1:1', ...fields });
const add = (fields: Record<string, unknown> = {}) => addCluster(context, admin, inputOf(fields), note);
const replace = (id: string, fields: Record<string, unknown>) =>
  replaceCluster(
    context,
    admin,
    id,
    changedClusterSchema.parse({ name: 'x', bootstrap: '127.0.0.1:1', ...fields }),
    note,
  );
const everything = { limit: 100 };

test('an added cluster is listed behind those of the configuration, and is there again after a restart', async () => {
  const added = await add({ bootstrap: ['127.0.0.1:1', ' 127.0.0.1:2,127.0.0.1:1 '] });
  expect(added).toMatchObject({
    id: 'orders-eu',
    name: 'Orders (EU)',
    source: 'user',
    status: 'unknown',
    bootstrap: ['127.0.0.1:1', '127.0.0.1:2'],
    tls: false,
    saslMechanism: null,
    connection: { tls: null, sasl: null, brokerMetrics: null },
  });
  await add({ id: 'second', name: 'Second' });
  expect(allClusters(context).map(({ id }) => id)).toEqual(['local', 'orders-eu', 'second']);
  expect(allClusters(await console_.reopen()).map(({ id }) => id)).toEqual(['local', 'orders-eu', 'second']);
});

test('password and private key are in no answer, no note, and in no file in the clear', async () => {
  const { cert, key } = selfSigned();
  const added = await add({ tls: { ca: cert, certificate: cert, key }, sasl });
  expect(added.connection).toEqual({
    tls: { ca: cert.trim(), certificate: cert.trim(), hasKey: true, serverName: null, verify: true },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'watcher' },
    brokerMetrics: null,
  });
  expect(clusterDetail(context, { role: 'operator' }, 'orders-eu').connection).toBeNull();
  const secrets = [sasl.password, key.split('\n')[1] ?? ''];
  await context.database.$executeRaw`SELECT 1`;
  const answers = JSON.stringify([added, allClusters(context), notes]);
  for (const secret of secrets) {
    expect(answers).not.toContain(secret);
    for (const name of readdirSync(console_.directory)) {
      expect(readFileSync(path.join(console_.directory, name)).includes(secret), name).toBe(false);
    }
  }
  const restarted = await console_.reopen();
  expect(restarted.clusters.find('orders-eu')?.access).toMatchObject({
    tls: { key: key.trim() },
    sasl: { password: sasl.password },
  });
});

test('where metrics are told is kept, told to administrators alone, and noted when it changes', async () => {
  const added = await add({ brokerMetrics: '0=http://127.0.0.1:7071/metrics\nhttp://{host}:7072' });
  expect(added).toMatchObject({
    brokerMetrics: true,
    connection: { brokerMetrics: '0=http://127.0.0.1:7071, http://{host}:7072' },
  });
  const shown = JSON.stringify(clusterDetail(context, { role: 'operator' }, 'orders-eu'));
  expect(shown).not.toContain('7071');
  expect((await console_.reopen()).clusters.find('orders-eu')?.metrics).toEqual([
    { brokerId: 0, url: 'http://127.0.0.1:7071' },
    { brokerId: null, url: 'http://{host}:7072' },
  ]);
});

test('no longer reading metrics, and an address that is never allowed', async () => {
  await add({ brokerMetrics: 'http://{host}:7072' });
  const changed = await replace('orders-eu', { name: 'Orders (EU)', brokerMetrics: ' ' });
  expect(changed).toMatchObject({ brokerMetrics: false, connection: { brokerMetrics: null } });
  expect(notes.at(-1)).toBe('metrics: http://{host}:7072 -> none');
  await expect(replace('orders-eu', { brokerMetrics: 'http://169.254.169.254:80' })).rejects.toMatchObject({
    type: 'invalid',
    errors: { brokerMetrics: expect.stringContaining('not allowed') },
  });
});

test('with another key beside the database the cluster is shown with the reason, not connected to', async () => {
  await add({ sasl });
  rmSync(path.join(console_.directory, 'channel-key'));
  const [cluster] = allClusters(await console_.reopen()).filter(({ id }) => id === 'orders-eu');
  expect(cluster).toMatchObject({ status: 'unreachable', lastError: expect.stringContaining('channel-key') });
});

test.each([
  [{ id: 'local' }, 'id'],
  [{ id: 'other', name: 'LOCAL' }, 'name'],
  [{ id: 'other', name: 'taken' }, 'name'],
  [{ id: 'taken', name: 'Other' }, 'id'],
])('%o is refused, since it is another cluster’s', async (fields, field) => {
  await add({ id: 'taken', name: 'Taken' });
  await expect(add(fields)).rejects.toMatchObject({
    type: 'already-exists',
    errors: { [field]: expect.any(String) },
  });
});

test('two of one id at once are one cluster', async () => {
  const results = await Promise.allSettled([add({ id: 'one', name: 'A' }), add({ id: 'one', name: 'B' })]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test.each<[Record<string, unknown>, string]>([
  [{ bootstrap: [] }, 'bootstrap'],
  [{ bootstrap: 'kafka' }, 'bootstrap.0'],
  [{ bootstrap: 'kafka:0' }, 'bootstrap.0'],
  [{ bootstrap: 'kafka:65536' }, 'bootstrap.0'],
  [{ bootstrap: 'http://kafka:9092' }, 'bootstrap.0'],
  [{ bootstrap: '/var/run/docker.sock' }, 'bootstrap.0'],
  [{ brokerMetrics: 'kafka:7071' }, 'brokerMetrics'],
  [{ brokerMetrics: 'http://ann:secret@{host}:7071' }, 'brokerMetrics'],
  [{ id: 'Upper' }, 'id'],
  [{ id: 'test' }, 'id'],
  [{ id: '../x' }, 'id'],
  [{ sasl: { ...sasl, mechanism: 'GSSAPI' } }, 'sasl.mechanism'],
  [{ sasl: { ...sasl, jaas: 'com.sun.security.auth.module.JndiLoginModule required;' } }, 'sasl'],
  [{ tls: { ca: '/etc/passwd' } }, 'tls.ca'],
  [{ tls: { certificate: '-----BEGIN CERTIFICATE-----' } }, 'tls.key'],
  [{ 'security.protocol': 'SSL' }, ''],
])('%o is refused with the field', (fields, field) => {
  const result = newClusterSchema.safeParse({ name: 'x', bootstrap: 'a:1', ...fields });
  expect(result.error?.issues.map(({ path: at }) => at.join('.'))).toContain(field);
});

test('what cannot be read as certificate or key is refused before it is kept', async () => {
  const { cert, key } = selfSigned();
  const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  await expect(add({ tls: { ca: junk } })).rejects.toMatchObject({
    errors: { 'tls.ca': expect.any(String) },
  });
  const other = { certificate: cert, key: selfSigned().key };
  await expect(add({ tls: other })).rejects.toMatchObject({ errors: { 'tls.key': expect.any(String) } });
  expect((await add({ tls: { certificate: cert, key } })).tls).toBe(true);
});

test.each(['169.254.169.254:80', '[::ffff:169.254.169.254]:80', '[fe80::1]:9092', '0.0.0.0:9092'])(
  '%s is never connected to',
  async (bootstrap) => {
    await expect(add({ bootstrap })).rejects.toMatchObject({
      type: 'invalid',
      errors: { bootstrap: expect.any(String) },
    });
    expect(context.clusters.added).toBe(0);
  },
);

test('with AQUILA_OUTBOUND=public nor are private addresses', async () => {
  const strict = await openTestConsole({ AQUILA_OUTBOUND: 'public' });
  for (const bootstrap of ['127.0.0.1:9092', 'localhost:9092', '10.0.0.1:9092', '2130706433:9092']) {
    const adding = addCluster(strict.context, admin, inputOf({ bootstrap }), note);
    await expect(adding, bootstrap).rejects.toMatchObject({ errors: { bootstrap: expect.any(String) } });
  }
  await strict.close();
});

test('`***` keeps the password, but not for other servers, another user or another TLS', async () => {
  await add({ id: 'kept', sasl, bootstrap: ['127.0.0.1:1', '127.0.0.1:2'] });
  const stored = { ...sasl, password: '***' };
  await replace('kept', { name: 'Renamed', bootstrap: '127.0.0.1:2', sasl: stored, readOnly: true });
  expect(context.clusters.find('kept')).toMatchObject({
    name: 'Renamed',
    bootstrap: ['127.0.0.1:2'],
    readOnly: true,
    access: { sasl: { password: sasl.password } },
  });
  for (const change of [
    { bootstrap: '127.0.0.1:3', sasl: stored },
    { bootstrap: '127.0.0.1:2', sasl: { ...stored, username: 'other' } },
    { bootstrap: '127.0.0.1:2', sasl: { ...stored, mechanism: 'PLAIN' } },
    { bootstrap: '127.0.0.1:2', sasl: stored, tls: { verify: false } },
  ]) {
    await expect(replace('kept', change)).rejects.toMatchObject({
      errors: { 'sasl.password': expect.any(String) },
    });
  }
  await replace('kept', { bootstrap: '127.0.0.1:3', sasl: { ...sasl, password: 'a new password' } });
  expect(context.clusters.find('kept')?.access.sasl?.password).toBe('a new password');
  expect(notes.at(-1)).toContain('bootstrap: 127.0.0.1:2 -> 127.0.0.1:3');
  expect(notes.at(-1)).toContain('password changed');
  expect(notes.join()).not.toContain('a new password');
  await expect(add({ id: 'fresh', name: 'Fresh', sasl: stored })).rejects.toMatchObject({ type: 'invalid' });
});

test('clusters of the configuration are not changed or removed here', async () => {
  await expect(replace('local', {})).rejects.toMatchObject({ type: 'configured-cluster' });
  await expect(removeCluster(context, 'local')).rejects.toMatchObject({ type: 'configured-cluster' });
  await expect(removeCluster(context, 'none')).rejects.toMatchObject({ type: 'not-found' });
});

test('removing one takes its rules and history along, and its id can begin anew', async () => {
  await add({ id: 'gone' });
  const rule = alertRuleInputSchema.parse({ name: 'r', type: 'group-lag', cluster: 'gone', threshold: 1 });
  await createAlertRule(context, admin, rule);
  const labels = { topic: 't', group: 'g', broker: '', partition: '' };
  const sample = { name: 'group.lag', labels, value: 1 } as const;
  await new ListedWriter(context.database).write('gone', 1_000, [sample]);
  await new ListedWriter(context.database).write('local', 1_000, [sample]);

  await removeCluster(context, 'gone');
  expect(allClusters(context).map(({ id }) => id)).toEqual(['local']);
  expect((await listAlertRules(context, everything)).total).toBe(0);
  expect(await context.database.series.count({ where: { cluster: 'gone' } })).toBe(0);
  await add({ id: 'gone' });
  await new ListedWriter(context.database).write('gone', 2_000, [sample]);
  while (await sweepDetached(context.database));
  expect(await context.database.sample.findMany({ orderBy: { atMs: 'asc' } })).toMatchObject([
    { atMs: 1_000n },
    { atMs: 2_000n },
  ]);
  expect(await context.database.series.groupBy({ by: ['cluster'], orderBy: { cluster: 'asc' } })).toEqual([
    { cluster: 'gone' },
    { cluster: 'local' },
  ]);
});

test('there is a limit', async () => {
  for (let count = 0; count < userClustersMax; count += 1) await add({ id: `c${count}`, name: `C${count}` });
  await expect(add({ id: 'more', name: 'More' })).rejects.toMatchObject({ type: 'conflict' });
});
