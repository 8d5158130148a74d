/** Settings: defaults, what wins over what, and problems that name their option. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConsoleConfig } from './console-config.ts';
import { readConsoleConfig } from './environment.ts';
import { parseSystemConfig } from './system-config.ts';

const read = (environment: Record<string, string>, file = '') =>
  readConsoleConfig(environment, file === '' ? null : parseSystemConfig(file, () => ''), '/srv/aquila');

test('without anything: console on 8048 of the loopback, three bundled brokers, data beside', () => {
  const config = read({});
  expect(config).toMatchObject({
    port: 8048,
    host: '127.0.0.1',
    publicUrl: 'http://127.0.0.1:8048',
    dataDirectory: '/srv/aquila/data',
    databaseUrl: 'file:/srv/aquila/data/aquila.db',
    secret: null,
    outbound: 'private',
  });
  expect(config.clusters).toEqual([
    {
      id: 'local',
      name: 'local',
      source: 'bundled',
      bootstrap: ['127.0.0.1:9092', '127.0.0.1:9093', '127.0.0.1:9094'],
      metrics: [0, 1, 2].map((brokerId) => ({ brokerId, url: `http://127.0.0.1:${9997 + brokerId}` })),
      access: { tls: null, sasl: null },
      outbound: null,
      readOnly: false,
      problem: null,
    },
  ]);
});

test('a cluster of the user takes the place of the bundled one, unless brokers are asked for', () => {
  expect(read({ AQUILA_BOOTSTRAP: 'k1:9092, k2:9092' }).clusters).toMatchObject([
    { id: 'kafka', bootstrap: ['k1:9092', 'k2:9092'] },
  ]);
  const both = read({ AQUILA_BOOTSTRAP: 'k1:9092', AQUILA_BROKERS: '1', AQUILA_BROKER_PORT: '19092' });
  expect(both.clusters).toMatchObject([{ id: 'local', bootstrap: ['127.0.0.1:19092'] }, { id: 'kafka' }]);
  const file = 'kafka.eagle.zk.cluster.alias=c1\nc1.kafka.eagle.bootstrap.servers=x:9092';
  expect(read({}, file).clusters.map(({ id }) => id)).toEqual(['c1']);
});

test('the metrics of the brokers of one cluster have their address, and what is none is refused', () => {
  const own = { AQUILA_BOOTSTRAP: 'k1:9092' };
  expect(read({ ...own, AQUILA_BROKER_METRICS: 'http://{host}:7071' }).clusters[0]?.metrics).toEqual([
    { brokerId: null, url: 'http://{host}:7071' },
  ]);
  expect(() => read({ ...own, AQUILA_BROKER_METRICS: 'k1:7071' })).toThrow(/AQUILA_BROKER_METRICS/);
});

test('a variable wins over the file, an empty one does not count', () => {
  const file = 'kafka.eagle.webui.port=81\nkafka.eagle.topic.token=from-file';
  expect(read({}, file)).toMatchObject({ port: 81, topicToken: 'from-file' });
  expect(read({ AQUILA_PORT: '82', AQUILA_TOPIC_TOKEN: '' }, file)).toMatchObject({
    port: 82,
    topicToken: 'from-file',
  });
});

test.each([
  ['AQUILA_PORT', '70000', '--port'],
  ['AQUILA_BROKERS', 'three', '--brokers'],
  ['AQUILA_BOOTSTRAP', 'nowhere', '--bootstrap'],
  ['AQUILA_SECRET', 'x'.repeat(31), 'AQUILA_SECRET'],
  ['AQUILA_ADMIN_PASSWORD', 'short', 'AQUILA_ADMIN_PASSWORD'],
  ['AQUILA_SMTP_URL', 'http://x', 'AQUILA_SMTP_URL'],
  ['AQUILA_PUBLIC_URL', 'javascript:alert(1)', 'AQUILA_PUBLIC_URL'],
])('%s=%s is refused, naming %s', (name, value, named) => {
  expect(() => read({ [name]: value })).toThrow(named);
});

test('a refused secret is not repeated in the message, and all problems come together', () => {
  try {
    read({ AQUILA_SECRET: 'hunter2', AQUILA_PORT: 'x' });
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain('hunter2');
    expect(error).toMatchObject({
      problems: [expect.stringContaining('--port'), expect.stringContaining('AQUILA_SECRET')],
    });
  }
});

test('the file is found at its usual place or where AQUILA_CONFIG points; one that is named has to be there', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-config-'));
  try {
    expect(loadConsoleConfig({}, directory).warnings).toEqual([]);
    writeFileSync(path.join(directory, 'my.properties'), 'kafka.eagle.webui.port=90\nodd=1\n');
    const loaded = loadConsoleConfig({ AQUILA_CONFIG: 'my.properties' }, directory);
    expect(loaded.config.port).toBe(90);
    expect(loaded.warnings).toEqual(['odd has no effect here.']);
    expect(() => loadConsoleConfig({ AQUILA_CONFIG: 'missing' }, directory)).toThrow(
      /--config.*missing.*ENOENT/,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
