/** Nodes that are controllers only and brokers only; and starts that wait, or cannot be. */
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CLEAN_SHUTDOWN_FILE } from '../log/log-directories.ts';
import { consume } from './broker-harness.ts';
import { launchBroker, runToExit, temporaryDirectory, writeProperties } from './broker-process.ts';
import {
  type ClusterOptions,
  partitionsOf,
  startTestCluster,
  type TestCluster,
  until,
} from './cluster-harness.ts';

const opened: TestCluster[] = [];

afterEach(async () => {
  for (const cluster of opened.splice(0)) await cluster.remove();
});

async function newCluster(options: ClusterOptions): Promise<TestCluster> {
  const cluster = await startTestCluster(options);
  opened.push(cluster);
  return cluster;
}

describe('a controller and two brokers, each a process of its own', () => {
  it('are a cluster, which serves on without the controller and ends without it', async () => {
    const cluster = await newCluster({ voters: 1, controllersOnly: true, observers: 2 });
    const kafka = cluster.kafka();
    const admin = kafka.admin();
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    expect(brokers.map(({ nodeId }) => nodeId).sort()).toEqual([1, 2]);
    await admin.createTopics({ topics: [{ topic: 'roles', numPartitions: 1, replicationFactor: 2 }] });
    await until(
      () => partitionsOf(admin, 'roles'),
      ([one]) => one?.isr.join() === '1,2',
    );
    await admin.disconnect();
    expect(await cluster.end(0, 'SIGTERM')).toBe(0);
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'roles', acks: -1, messages: [{ value: 'no controller needed' }] });
    await producer.disconnect();
    await cluster.start(0);
    const [record] = await consume(kafka, 'roles', 1);
    expect(record?.value).toBe('no controller needed');
    await cluster.end(0, 'SIGKILL');
    // Nobody can take over: each ends by itself all the same, cleanly.
    expect(await Promise.all([1, 2].map((id) => cluster.end(id, 'SIGTERM')))).toEqual([0, 0]);
  });
});

describe('a node that starts', () => {
  it('waits for a majority of the controllers, and can be stopped meanwhile without losing its mark', async () => {
    const cluster = await newCluster({ voters: 3 });
    const [directory, ...others] = [0, 1, 2].map((id) => cluster.node(id).directory);
    const mark = join(directory ?? '', 'data', CLEAN_SHUTDOWN_FILE);
    await Promise.all([0, 1, 2].map((id) => cluster.end(id, 'SIGTERM')));
    expect(others).toHaveLength(2);
    expect(existsSync(mark)).toBe(true);
    const alone = launchBroker(directory ?? '');
    await until(
      () => Promise.resolve(existsSync(mark)),
      (isThere) => !isThere,
    );
    expect(await alone.end('SIGTERM')).toBe(0);
    expect(alone.output()).toContain('Stopped before it served.');
    expect(existsSync(mark)).toBe(true);
  });

  it('says in one line which port of a controller is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = String((taken.address() as AddressInfo).port);
    const directory = temporaryDirectory();
    const keys = ['node.id=1', `controller.quorum.voters=1@127.0.0.1:${port}`];
    const { status, stderr } = await runToExit([writeProperties(directory.path, keys, 0)]);
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      `Cannot start: Cannot listen on CONTROLLER://127.0.0.1:${port}: the port is in use by another process (EADDRINUSE). Change the key controller.quorum.voters or listeners, or end what uses it.`,
    );
    directory.remove();
    await new Promise((resolve) => taken.close(resolve));
  });
});
