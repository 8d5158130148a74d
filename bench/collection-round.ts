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
import { LineBook } from '../console/model/line-book.ts';
import { tellRound } from '../console/model/samples.ts';
import type { BrokerCost, ClusterSnapshot } from '../console/model/snapshot.ts';
import { noCost } from '../console/model/testing/snapshots.ts';
import { openDatabase } from '../console/store/database.ts';
import { SampleWriter } from '../console/store/samples.ts';
import { startBrokerProcess } from './broker-process.ts';
import { COMMITTED_PER_GROUP, fillCluster } from './collection/fill-cluster.ts';
import { benchLargeRounds } from './collection/large-round.ts';
import { figure, quantile } from './figure.ts';

const topicCount = 1_000;
const partitionCount = 3;
const groupCount = 200;
const rounds = 15;
const intervalMs = 10_000;

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
  const reader = openReader({ bootstrap: [broker.address], tls: null, resolve: null, authenticate: null });
  try {
    await fillCluster(broker.address, {
      topics: topicCount,
      partitions: topicCount * partitionCount,
      groups: groupCount,
    });
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
    await database.$disconnect();
    rmSync(directory, { recursive: true, force: true });
    await broker.stop();
  }
}

function report(traffic: Readonly<Record<string, BrokerCost>>, seconds: number[], cpuSeconds: number): void {
  const sorted = [...seconds].sort((a, b) => a - b);
  const scale = `${String(topicCount)} topics x ${String(partitionCount)}, ${String(groupCount)} groups x ${String(COMMITTED_PER_GROUP)}`;
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
  const book = new LineBook();
  const timed = async (atMs: number): Promise<number> => {
    const started = performance.now();
    tellRound(snapshot, book);
    await writer.write(snapshot.clusterId, atMs, book);
    return performance.now() - started;
  };
  const first = await timed(0);
  const second = await timed(intervalMs);
  figure(
    `  keeping ${book.lines.length.toLocaleString('en')} points, first / next round`,
    `${first.toFixed(0)} / ${second.toFixed(0)} ms`,
  );
}
