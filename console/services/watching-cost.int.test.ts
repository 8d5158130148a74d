/**
 * What watching costs, as the console says it, against who counts for himself: a relay in front of the broker counts requests and
 * bytes, the database its rows.
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  startBrokerProcess,
  temporaryDirectory,
  type BrokerProcess,
} from '../../broker/integration/broker-process.ts';
import { apiNameOf } from '../../protocol/api-keys.ts';
import { runCollecting } from '../collector/collecting.ts';
import { collectNow, recentCosts } from '../collector/live-clusters.ts';
import { cost } from './collection.ts';
import { closeKafkaConnections } from './kafka-connections.ts';
import { configReadingsSince, followTopicConfigs, forgetTopicConfigs } from './topic-configs.ts';
import { CountingProxy } from './testing/counting-proxy.ts';
import { openTestConsole, type TestConsole } from './testing/test-context.ts';

const CLIENT_ID = 'aquila-console';
/** Longer than the test: there are only the rounds that it asks for, after the first. */
const INTERVAL_MS = 3_600_000;
const DESCRIBE_CONFIGS = 32;
const ROUNDS = 4;
const LIMIT_MS = 180_000;

let proxy: CountingProxy;
let broker: BrokerProcess;
let opened: TestConsole;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  const directory = temporaryDirectory();
  cleanups.push(directory.remove);
  proxy = await CountingProxy.start();
  cleanups.push(() => proxy.stop());
  const advertised = `advertised.listeners=PLAINTEXT://127.0.0.1:${String(proxy.port)}`;
  broker = await startBrokerProcess(directory.path, ['num.partitions=3', advertised]);
  cleanups.push(() => broker.end('SIGTERM'));
  proxy.brokerPort = broker.port;
  opened = await openTestConsole({ AQUILA_BOOTSTRAP: `127.0.0.1:${String(proxy.port)}` });
  cleanups.push(() => opened.close());
}, LIMIT_MS);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ofRounds = (): number =>
  recentCosts('kafka').reduce((sum, { cost: { requests } }) => sum + (requests['DescribeConfigs'] ?? 0), 0);

async function produceAndCommit(): Promise<void> {
  const kafka = broker.kafka();
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'orders', messages: [{ value: 'x', partition: 0 }] });
  await producer.disconnect();
  const admin = kafka.admin();
  await admin.connect();
  await admin.setOffsets({ groupId: 'g', topic: 'orders', partitions: [{ partition: 0, offset: '0' }] });
  await admin.disconnect();
}

it(
  'says what others count: requests and bytes, by API and broker',
  async () => {
    await produceAndCommit();
    const { context } = opened;
    const config = { ...context.config, collectIntervalMs: INTERVAL_MS };
    const { database, channelKey } = context;
    const { clusters } = config;
    const running = await runCollecting({ config, clusters, database, channelKey, log: () => undefined });
    cleanups.push(() => running.stop());
    // What the server does at its start: settings of new topics are learned after the round that found them.
    const [watched] = clusters;
    if (watched === undefined) throw new Error('no cluster is configured');
    followTopicConfigs(watched);
    cleanups.push(() => forgetTopicConfigs('kafka'), closeKafkaConnections);
    const rows: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      const snapshot = await collectNow('kafka');
      expect(snapshot.cost.seconds).toBeGreaterThan(0);
      expect(snapshot.cost.seconds * 1_000).toBeLessThanOrEqual(performance.now() - startedAt);
      rows.push(await database.sample.count());
    }
    const askings = () => configReadingsSince('kafka', 0).filter((brokers) => brokers.size > 0).length;
    const seen = () => proxy.count(CLIENT_ID).requests.get(DESCRIBE_CONFIGS) ?? 0;
    // None is under way any more: each is counted by the proxy when it is asked, and by the console when it is answered.
    await vi.waitUntil(() => askings() > 0 && askings() + ofRounds() === seen(), {
      timeout: 60_000,
      interval: 50,
    });
    const rounds = recentCosts('kafka');
    const told = cost(context, 'kafka');
    const counted = proxy.count(CLIENT_ID);

    const inWindow = (perMinute: number): number => Math.round((perMinute * told.windowSeconds) / 60);
    expect(told.perMinute.requests).toHaveProperty('DescribeConfigs');
    expect(told.rounds).toBe(rounds.length);
    const requests = Object.entries(told.perMinute.requests).map(([api, count]) => [api, inWindow(count)]);
    expect(Object.fromEntries(requests)).toEqual(
      Object.fromEntries([...counted.requests].map(([key, count]) => [apiNameOf(key), count])),
    );
    expect(inWindow(told.perMinute.bytesSent)).toBe(counted.bytesSent);
    expect(inWindow(told.perMinute.bytesReceived)).toBe(counted.bytesReceived);
    const ofBrokers = told.brokers.flatMap((each) => Object.values(each.requests));
    expect(inWindow(ofBrokers.reduce((sum, each) => sum + each, 0))).toBe(
      [...counted.requests.values()].reduce((sum, each) => sum + each, 0),
    );
    expect(told.brokers.map(({ brokerId }) => brokerId)).toContain(0);
    expect(rows[0]).toBeGreaterThan(0);
  },
  LIMIT_MS,
);
