/**
 * One collection round of the console against a broker with 1,000 topics of 3 partitions and 200 groups that committed 40
 * partitions each: requests per round by API, seconds, CPU and bytes of both sides, and what keeping the round costs. Before it
 * rounds at larger scales against brokers that only answer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSnapshot } from '../console/collector/build-snapshot.ts';
import { openReader } from '../console/collector/cluster-reader.ts';
import type { KafkaReader } from '../console/collector/kafka-reader.ts';
import { planRound } from '../console/collector/plan-round.ts';
import { gatherRound, type RoundSources } from '../console/collector/round-answers.ts';
import { noMemory, type RoundMemory } from '../console/collector/round-memory.ts';
import { samplesOf } from '../console/model/samples.ts';
import type { BrokerCost, ClusterSnapshot } from '../console/model/snapshot.ts';
import { noCost } from '../console/model/testing/snapshots.ts';
import { openDatabase } from '../console/store/database.ts';
import { SampleWriter } from '../console/store/samples.ts';
import { apiCall } from '../kafka-client/api-call.ts';
import { createTopics } from '../kafka-client/admin/create-topics.ts';
import { findCoordinators } from '../kafka-client/admin/find-coordinators.ts';
import { KafkaCluster } from '../kafka-client/cluster.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../protocol/messages/08-offset-commit.ts';
import { startBrokerProcess } from './broker-process.ts';
import { benchLargeRounds } from './collection/large-round.ts';
import { figure, quantile } from './figure.ts';

const topicCount = 1_000;
const partitionCount = 3;
const groupCount = 200;
const committedPerGroup = 40;
const rounds = 15;
const intervalMs = 10_000;

const offsetCommit = apiCall(offsetCommitRequest, offsetCommitResponse, { maxVersion: 9 });
const topicName = (index: number): string => `bench-${String(index).padStart(4, '0')}`;

async function fill(cluster: KafkaCluster): Promise<void> {
  const topics = Array.from({ length: topicCount }, (_, index) => ({
    name: topicName(index),
    partitions: partitionCount,
    replicationFactor: 1,
    configs: {},
  }));
  for (let from = 0; from < topicCount; from += 100) {
    const outcomes = await createTopics(cluster, topics.slice(from, from + 100), 60_000);
    const failed = outcomes.find(({ error }) => error !== null);
    if (failed !== undefined) throw new Error(`${failed.name}: ${String(failed.error)}`);
  }
  for (let index = 0; index < groupCount; index++) await commit(cluster, index);
}

async function commit(cluster: KafkaCluster, index: number): Promise<void> {
  const groupId = `group-${String(index).padStart(3, '0')}`;
  for (let attempt = 0; attempt < 50; attempt++) {
    const [found] = await findCoordinators(cluster, [groupId]);
    if (found?.coordinatorId !== null && found?.coordinatorId !== undefined) {
      const topics = Array.from({ length: committedPerGroup }, (_, topic) => ({
        name: topicName((index * 7 + topic) % topicCount),
        partitions: [{ partitionIndex: topic % partitionCount, committedOffset: 0n }],
      }));
      const answer = await cluster.call(found.coordinatorId, offsetCommit, { groupId, topics });
      if (answer.topics.every(({ partitions }) => partitions.every(({ errorCode }) => errorCode === 0)))
        return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${groupId} could not commit`);
}

function sourcesOf(reader: KafkaReader, memory: RoundMemory): RoundSources {
  return {
    reader,
    readMetrics: () => null,
    nowMs: () => Date.now(),
    patience: null,
    planOf: (metadata) =>
      planRound(metadata, { ...memory, allAnswered: true }, { nowMs: Date.now(), intervalMs, shiftMs: 0 }),
    earlier: memory,
  };
}

export async function benchCollectionRound(): Promise<void> {
  await benchLargeRounds();
  const broker = await startBrokerProcess();
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
  const cluster = new KafkaCluster({
    bootstrap: [broker.address],
    clientId: 'bench',
    requestTimeoutMs: 60_000,
  });
  const reader = openReader({ bootstrap: [broker.address], tls: null, resolve: null, authenticate: null });
  try {
    await fill(cluster);
    const seconds: number[] = [];
    let memory = noMemory;
    let snapshot: ClusterSnapshot | null = null;
    let traffic: Readonly<Record<string, BrokerCost>> = {};
    await gatherRound(sourcesOf(reader, memory));
    const brokerBefore = broker.cpuSeconds();
    const cpuBefore = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      reader.takeTraffic();
      const startedAtMs = Date.now();
      const started = performance.now();
      const answers = await gatherRound(sourcesOf(reader, memory));
      const built = await buildSnapshot(answers, memory, {
        clusterId: 'bench',
        intervalMs,
        startedAtMs,
        costOf: () => noCost,
      });
      seconds.push((performance.now() - started) / 1_000);
      ({ memory, snapshot } = built);
      traffic = reader.takeTraffic();
    }
    const cpu = process.cpuUsage(cpuBefore);
    const brokerAfter = broker.cpuSeconds();
    report(traffic, seconds, (cpu.user + cpu.system) / 1e6 / rounds);
    if (brokerBefore !== null && brokerAfter !== null) {
      figure('  broker CPU per round', `${(((brokerAfter - brokerBefore) / rounds) * 1_000).toFixed(0)} ms`);
    }
    if (snapshot !== null) await keep(new SampleWriter(database), snapshot);
  } finally {
    await reader.close();
    cluster.close();
    await database.$disconnect();
    rmSync(directory, { recursive: true, force: true });
    await broker.stop();
  }
}

function report(traffic: Readonly<Record<string, BrokerCost>>, seconds: number[], cpuSeconds: number): void {
  const sorted = [...seconds].sort((a, b) => a - b);
  const scale = `${String(topicCount)} topics x ${String(partitionCount)}, ${String(groupCount)} groups x ${String(committedPerGroup)}`;
  for (const [id, { requests, bytesSent, bytesReceived }] of Object.entries(traffic)) {
    const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
    const each = Object.entries(requests).map(([api, count]) => `${api} ${String(count)}`);
    figure(`collection round, ${scale}: requests to broker ${id}`, `${String(total)} (${each.join(', ')})`);
    figure(
      '  bytes sent / received',
      `${bytesSent.toLocaleString('en')} / ${bytesReceived.toLocaleString('en')}`,
    );
  }
  const milliseconds = (value: number): string => `${(value * 1_000).toFixed(0)} ms`;
  figure(
    '  time, best / median',
    `${milliseconds(sorted[0] ?? NaN)} / ${milliseconds(quantile(sorted, 0.5))}`,
  );
  figure('  collector CPU per round', milliseconds(cpuSeconds));
  figure('  collector memory', `${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`);
}

async function keep(writer: SampleWriter, snapshot: ClusterSnapshot): Promise<void> {
  const samples = samplesOf(snapshot);
  const timed = async (atMs: number): Promise<number> => {
    const started = performance.now();
    await writer.write(snapshot.clusterId, atMs, samples);
    return performance.now() - started;
  };
  const first = await timed(0);
  const second = await timed(intervalMs);
  figure(
    `  keeping ${samples.length.toLocaleString('en')} points, first / next round`,
    `${first.toFixed(0)} / ${second.toFixed(0)} ms`,
  );
}
