/** A round against brokers of the age of Kafka 2.1 and 2.8: the same numbers, by older ways, and words for what is missing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startBrokerProcess, type BrokerProcess } from '../../broker/integration/broker-process.ts';
import { commitGroupOffsets } from '../../kafka-client/admin/commit-group-offsets.ts';
import { findCoordinators } from '../../kafka-client/admin/find-coordinators.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { noCost } from '../model/testing/snapshots.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { openReader } from './cluster-reader.ts';
import { planRound } from './plan-round.ts';
import { gatherRound } from './round-answers.ts';
import { noMemory } from './round-memory.ts';
import { CappingRelay, kafka21, kafka28, type VersionTable } from './testing/capping-relay.ts';

const intervalMs = 10_000;
const groups = Array.from({ length: 20 }, (_, index) => `group-${String(index)}`);
const directory = mkdtempSync(path.join(tmpdir(), 'aquila-older-'));
let broker: BrokerProcess;

beforeAll(async () => {
  broker = await startBrokerProcess(directory, ['num.partitions=3']);
  const kafka = broker.kafka();
  const producer = kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: 10 }, (_, index) => ({ value: String(index), partition: 0 }));
  await producer.send({ topic: 'orders', messages });
  await producer.disconnect();
  const cluster = new KafkaCluster({ bootstrap: [`127.0.0.1:${String(broker.port)}`], clientId: 'test' });
  try {
    const offset = { topic: 'orders', partition: 0, offset: 4 };
    for (const id of groups) {
      // The coordinator may have to be made first.
      await vi.waitFor(
        async () => {
          await findCoordinators(cluster, [id]);
          const [outcome] = await commitGroupOffsets(cluster, 0, id, [offset]);
          if (outcome?.error !== null) throw new Error(outcome?.error ?? 'no answer');
        },
        { timeout: 30_000 },
      );
    }
  } finally {
    cluster.close();
  }
});
afterAll(async () => {
  await broker.end('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

async function roundThrough(relay: CappingRelay): Promise<ClusterSnapshot> {
  const reader = openReader({ bootstrap: [relay.address], tls: null, resolve: null, authenticate: null });
  try {
    const answers = await gatherRound({
      reader,
      readMetrics: () => null,
      nowMs: () => 1_000_000,
      patience: null,
      planOf: (metadata) =>
        planRound(metadata, { ...noMemory, allAnswered: true }, { nowMs: 1_000_000, intervalMs, shiftMs: 0 }),
      earlier: noMemory,
    });
    const frame = { clusterId: 'old', intervalMs, startedAtMs: 1_000_000, costOf: () => noCost };
    return (await buildSnapshot(answers, noMemory, frame)).snapshot;
  } finally {
    await reader.close();
  }
}

it.each<[string, VersionTable, number]>([
  ['2.1', kafka21, 6],
  ['2.8', kafka28, 4],
])('is complete on Kafka %s', async (_release, table, missing) => {
  const relay = await CappingRelay.start(broker.port, table);
  try {
    const snapshot = await roundThrough(relay);
    expect(relay.refused).toEqual([]);
    expect(snapshot.failures).toEqual([]);
    expect([...snapshot.groups.keys()]).toEqual(groups.toSorted());
    for (const group of snapshot.groups.values()) {
      expect(group).toMatchObject({ type: 'classic', state: 'Empty', members: [], totalLag: 6 });
    }
    const orders = snapshot.topics.get('orders');
    expect(orders?.topicId === null).toBe(table === kafka21);
    expect(orders?.partitions[0]).toMatchObject({
      ...{ logStartOffset: 0, highWatermark: 10, lastStableOffset: 10 },
    });
    expect(orders?.partitions[0]?.sizeBytes).toBeGreaterThan(0);
    expect(snapshot.controllerId).toBe(0);
    expect(relay.requests.filter((name) => name.startsWith('OffsetFetch'))).toHaveLength(groups.length);
    expect(snapshot.cannotTell.length).toBeLessThanOrEqual(missing);
    expect(snapshot.cannotTell.map(({ what }) => what)).toContain(
      'commits of many groups at once: each group costs a request in every round',
    );
  } finally {
    await relay.stop();
  }
});
