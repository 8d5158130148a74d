/** The collector against a real broker, a real database and a real mail server: what a person would see and receive. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBrokerProcess, type BrokerProcess } from '../../broker/integration/broker-process.ts';
import { startMailSink, type MailSink } from '../alerting/testing/mail-sink.ts';
import type { ClusterSettings } from '../config/environment.ts';
import { alertRuleInputSchema } from '../contracts/alerts.ts';
import { openAccess } from '../model/cluster-access.ts';
import { planRetention } from '../model/retention.ts';
import { insertChannel } from '../store/alert-channels.ts';
import { insertRule } from '../store/alert-rules.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { readHistory } from '../store/history.ts';
import { readIncidents } from '../store/incidents.ts';
import { runCollecting, type CollectingConfig, type RunningCollector } from './collecting.ts';
import { clusterInfo, collectNow, latestSnapshot } from './live-clusters.ts';

const INTERVAL_MS = 500;
const key = randomBytes(32);
let directory = '';
let database: Database;
let broker: BrokerProcess;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-collecting-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
  broker = await startBrokerProcess(directory, ['num.partitions=3']);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  if (broker.child.exitCode === null && broker.child.signalCode === null) await broker.end('SIGKILL');
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});

function configOf(changes: Partial<CollectingConfig> = {}): CollectingConfig {
  return {
    collectIntervalMs: INTERVAL_MS,
    historyDays: 15,
    publicUrl: 'http://console.test:8048',
    smtpUrl: null,
    mailFrom: null,
    outbound: 'private',
    ...changes,
  };
}

function clusterOf(changes: Partial<ClusterSettings> = {}): ClusterSettings {
  return {
    id: 'local',
    name: 'local',
    source: 'bundled',
    bootstrap: [`127.0.0.1:${String(broker.port)}`],
    metrics: [{ brokerId: 0, url: `http://127.0.0.1:${String(broker.metricsPort)}` }],
    access: openAccess,
    outbound: null,
    readOnly: false,
    problem: null,
    ...changes,
  };
}

async function start(
  config: CollectingConfig,
  clusters: readonly ClusterSettings[] = [clusterOf()],
): Promise<RunningCollector> {
  const running = await runCollecting({ config, clusters, database, channelKey: key, log: () => undefined });
  cleanups.push(() => running.stop());
  return running;
}

/** Commits `committed` of 10 records in partition 0 of a new topic. */
async function produceAndCommit(topic: string, groupId: string, committed: number): Promise<void> {
  const kafka = broker.kafka();
  const producer = kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: 10 }, (_, index) => ({ value: String(index), partition: 0 }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  await commit(topic, groupId, committed);
}

async function commit(topic: string, groupId: string, offset: number): Promise<void> {
  const admin = broker.kafka().admin();
  await admin.connect();
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
}

describe('watching a broker', () => {
  it('sees topics, offsets, sizes, groups and lag, with few requests, and keeps history', async () => {
    await produceAndCommit('orders', 'billing', 4);
    await start(configOf());
    const snapshot = await collectNow('local');
    expect(snapshot.failures).toEqual([]);
    const [first] = snapshot.topics.get('orders')?.partitions ?? [];
    expect(first).toMatchObject({
      leader: 0,
      isr: [0],
      logStartOffset: 0,
      highWatermark: 10,
      lastStableOffset: 10,
    });
    expect(first?.sizeBytes).toBeGreaterThan(0);
    const group = snapshot.groups.get('billing');
    expect(group).toMatchObject({
      type: 'classic',
      state: 'Empty',
      members: [],
      totalLag: 6,
      coordinator: 0,
    });
    expect(group?.partitions).toHaveLength(1);
    expect(group?.partitions?.[0]).toMatchObject({
      ...{ topic: 'orders', partition: 0, committedOffset: 4, logEndOffset: 10, lag: 6 },
      ...{ memberId: null, clientId: null, host: null },
    });
    expect(snapshot.brokers).toMatchObject([{ id: 0, reachable: true, isController: true }]);
    expect(snapshot.brokers[0]?.metrics?.memoryBytes).toBeGreaterThan(0);

    await collectNow('local');
    const { requests } = (await collectNow('local')).cost;
    expect(Object.values(requests).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10);

    const nowMs = Date.now();
    const history = await readHistory(
      database,
      {
        clusterId: 'local',
        name: 'group.lag',
        group: 'billing',
        byPartition: false,
        fromMs: nowMs - 60_000,
        toMs: nowMs + INTERVAL_MS,
        points: 300,
      },
      { plan: planRetention(), rawMs: INTERVAL_MS, nowMs },
    );
    expect(history.series[0]?.points.map(([, value]) => value)).toContain(6);
  });

  it('keeps the last snapshot while the broker is away, leaves a gap, and goes on when it is back', async () => {
    await produceAndCommit('orders', 'billing', 4);
    await start(configOf());
    await collectNow('local');
    await broker.end('SIGKILL');
    await expect(collectNow('local')).rejects.toThrow(/does not answer/);
    expect(clusterInfo('local')?.status).toBe('unreachable');
    expect(latestSnapshot('local')?.groups.get('billing')?.totalLag).toBe(6);
    const before = await database.sample.count();
    await expect(collectNow('local')).rejects.toThrow(/does not answer/);
    expect(await database.sample.count()).toBe(before);

    broker = await startBrokerProcess(directory, [], broker.port);
    await expect.poll(() => clusterInfo('local')?.status, { timeout: 60_000 }).not.toBe('unreachable');
    expect(latestSnapshot('local')?.groups.get('billing')?.totalLag).toBe(6);
  });
});

describe('mail', () => {
  let sink: MailSink;
  beforeEach(async () => {
    sink = await startMailSink();
    cleanups.push(() => sink.close());
  });

  it('goes out once when a group is behind for its time', async () => {
    await produceAndCommit('orders', 'billing', 4);
    const channel = await insertChannel(
      database,
      key,
      {
        name: 'ops',
        type: 'email',
        settings: { from: null, to: ['ops@example.com'] },
        secret: {},
        enabled: true,
      },
      new Date(),
    );
    await insertRule(
      database,
      alertRuleInputSchema.parse({
        ...{ name: 'behind', type: 'group-lag', cluster: 'local', group: 'billing', topic: 'orders' },
        ...{ threshold: 5, forSeconds: 1, level: 'P1', channelIds: [channel.id] },
      }),
      { id: 'rule', by: 'admin', at: new Date() },
    );
    await start(configOf({ smtpUrl: sink.url, mailFrom: 'aquila@example.com' }));
    const mail = await sink.next();
    expect(mail.headers).toMatch(/^Subject: \[Aquila P1\] billing on orders: lag 6 \(local, behind\)$/m);
    for (const part of [
      'local',
      'billing',
      'orders',
      '6 records',
      'http://console.test:8048/groups/billing',
    ]) {
      expect(mail.text).toContain(part);
    }
    expect(mail.raw).toContain('Content-ID: <chart1@aquila>');
    await commit('orders', 'billing', 10);
    await expect
      .poll(async () => (await readIncidents(database)).map(({ state }) => state), { timeout: 60_000 })
      .toEqual(['resolved']);
    const [incident] = await readIncidents(database);
    expect(incident?.deliveries.map(({ kind, state }) => [kind, state])).toEqual([
      ['firing', 'sent'],
      ['resolved', 'pending'],
    ]);
    expect(sink.mails).toHaveLength(1);
  });
});

describe('clusters that come and go while it runs', () => {
  it('are watched at once, by new settings after a change, and not any more after removal', async () => {
    const running = await start(configOf());
    const added = clusterOf({ id: 'added', source: 'user', outbound: 'private', metrics: [] });
    await running.watch(added);
    expect((await collectNow('added')).brokers).toHaveLength(1);
    expect(await database.series.count({ where: { cluster: 'added' } })).toBeGreaterThan(0);

    // An address that is never allowed: what is known stays, the reason is said.
    await running.watch({ ...added, bootstrap: ['169.254.169.254:9092'] });
    await expect(collectNow('added')).rejects.toThrow(/not allowed/);
    expect(clusterInfo('added')).toMatchObject({ status: 'unreachable' });
    expect(latestSnapshot('added')).not.toBeNull();

    await running.unwatch('added');
    expect(clusterInfo('added')).toBeNull();
    await expect(collectNow('added')).rejects.toThrow(/There is no cluster/);
    expect((await collectNow('local')).clusterId).toBe('local');
  });
});
