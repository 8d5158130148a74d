/**
 * A cluster of three (and of one) beside Apache Kafka's in the same run: every figure of cluster/figures.ts, ours, theirs, the ratio,
 * the goal and whether it is met. One cluster runs at a time, theirs first. A part that fails or that this machine has no tool
 * for leaves its lines empty, says why below the table, and the others go on.
 *
 * AQUILA_BENCH_KAFKA   program that runs Apache Kafka (see cluster/subject.ts); without it our own figures alone
 * AQUILA_BENCH_KAFKA_JARS  folder with its jars, for the program that copies in transactions
 * AQUILA_BENCH_PARTS   idle,latency,rate,kcat,consume,perf,memory,transactions,groups,hostile,partitions,silence: only
 *                      some (start is always measured)
 * AQUILA_BENCH_ONLY    aquila or kafka: only one of the two
 * AQUILA_BENCH_SIZE    small: a minute that shows that everything runs to its end; such figures say nothing
 * AQUILA_BENCH_PYTHON  an interpreter with confluent_kafka (librdkafka's latency), python3 unless said
 * AQUILA_BENCH_NODE_FLAGS  for a profile of our brokers, see cluster/subject.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endWithBench } from './cluster/children.ts';
import { Comparison } from './cluster/comparison.ts';
import type { FigureName } from './cluster/figures.ts';
import { announcedRequests, refusedBomb } from './cluster/hostile.ts';
import { kafkajsTrips, librdkafkaTrips, steadyRate } from './cluster/latency.ts';
import { manyPartitions } from './cluster/many-partitions.ts';
import { findTools, lacking, sizes, type Part, type Run, type Sizes, type Tools } from './cluster/run.ts';
import { silenceOfBoth, silenceOfLeader } from './cluster/silence.ts';
import { idleOfOne, idleOfThree, measureStart, memoryAfterLoad } from './cluster/start-and-idle.ts';
import { kafkaCluster, other, ourCluster, ours, type Subject, type SubjectPlace } from './cluster/subject.ts';
import { largeConsumerGroup } from './cluster/consumer-protocol.ts';
import { groupsJoin, memberLeaves } from './cluster/groups.ts';
import { copyInTransactions, transactionsOf } from './cluster/transactions.ts';
import { kafkajsConsumes, kcatConsumes, kcatToOne, kcatToThree, perfTestOf } from './cluster/throughput.ts';

interface Plan {
  readonly nodes: 1 | 3;
  /** In this order, on one fresh cluster. */
  readonly parts: readonly Part[];
}

const plans: readonly Plan[] = [
  {
    nodes: 1,
    parts: [
      idleOfOne,
      kcatToOne,
      kcatConsumes,
      kafkajsConsumes,
      perfTestOf(64, 'perf64CostOfOne'),
      memoryAfterLoad('loadedMemoryOfOne'),
    ],
  },
  {
    nodes: 3,
    parts: [
      idleOfThree,
      kafkajsTrips,
      librdkafkaTrips,
      steadyRate,
      kcatToThree,
      perfTestOf(16, 'perf16CostOfThree'),
      perfTestOf(64, 'perf64CostOfThree'),
      memoryAfterLoad('loadedMemoryOfThree'),
    ],
  },
  {
    nodes: 3,
    parts: [transactionsOf(100), transactionsOf(1_000), copyInTransactions, groupsJoin, memberLeaves],
  },
  { nodes: 1, parts: [largeConsumerGroup] },
  { nodes: 1, parts: [announcedRequests] },
  { nodes: 1, parts: [refusedBomb] },
  { nodes: 3, parts: [manyPartitions] },
  { nodes: 3, parts: [silenceOfLeader] },
  { nodes: 3, parts: [silenceOfBoth] },
];

type Open = (place: SubjectPlace) => Promise<Subject>;

interface Setting {
  readonly sizes: Sizes;
  readonly tools: Tools;
  readonly table: Comparison;
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What an earlier cluster left for the disk to write is written before the next one is measured. */
function settleDisk(): void {
  spawnSync('sync');
}

/**
 * On a fresh cluster. Its directory stays until the bench ends: for minutes after a removal ext4 gives no inode of it out
 * again (recently_deleted in fs/ext4/ialloc.c) and looks past each of them whenever a file is made, so that whoever is measured
 * after thousands of files were removed makes files twenty times slower. AQUILA_BENCH_PARTS=partitions took 7 to 16 s so.
 */
async function measure(open: Open, { nodes, parts }: Plan, setting: Setting): Promise<void> {
  const { table, tools } = setting;
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  endWithBench(() => rmSync(directory, { recursive: true, force: true }));
  const subject = await open({ directory, nodes });
  settleDisk();
  const run: Run = { subject, ...setting, add: (name, value) => table.add(subject.name, name, value) };
  try {
    await measureStart(run);
    for (const part of parts) {
      if (part.needs !== undefined && tools[part.needs] === '') {
        table.miss(subject.name, part.figures, lacking[part.needs]);
        continue;
      }
      await part
        .measure(run)
        .catch((error: unknown) => table.miss(subject.name, part.figures, `${part.name}: ${reason(error)}`));
    }
  } catch (error) {
    for (const { figures } of parts) table.miss(subject.name, figures, `start: ${reason(error)}`);
    table.miss(subject.name, [nodes === 1 ? 'startOfOne' : 'startOfThree'], reason(error));
  } finally {
    await subject
      .stop()
      .catch((error: unknown) => console.log(`  ${subject.name}, stopping: ${reason(error)}`));
  }
}

/** Of all plans, what AQUILA_BENCH_PARTS leaves; without it, everything. */
function chosenPlans(): readonly Plan[] {
  const asked = (process.env['AQUILA_BENCH_PARTS'] ?? '').split(',').filter((name) => name !== '');
  if (asked.length === 0) return plans;
  return plans
    .map(({ nodes, parts }) => ({ nodes, parts: parts.filter(({ name }) => asked.includes(name)) }))
    .filter(({ parts }) => parts.length > 0);
}

export async function benchCluster(): Promise<void> {
  const began = performance.now();
  const tools = await findTools();
  const table = new Comparison();
  const size = process.env['AQUILA_BENCH_SIZE'] === 'small' ? 'small' : 'full';
  const setting: Setting = { sizes: sizes[size], tools, table };
  const only = process.env['AQUILA_BENCH_ONLY'];
  const chosen = chosenPlans();
  const subjects: Open[] = [];
  if (tools.kafka !== '' && only !== 'aquila') subjects.push((place) => kafkaCluster(tools.kafka, place));
  if (only !== 'kafka') subjects.push(ourCluster);
  if (tools.kafka === '') console.log(`  (${lacking.kafka}: without the comparison)`);
  if (size === 'small') console.log('  (small sizes: the figures say nothing)');
  for (const open of subjects) for (const plan of chosen) await measure(open, plan, setting);
  const wanted = new Set<FigureName>(
    chosen.flatMap(({ nodes, parts }) => [
      nodes === 1 ? 'startOfOne' : 'startOfThree',
      ...parts.flatMap(({ figures }) => figures),
    ]),
  );
  table.print(ours, other, wanted);
  console.log(`\n  taken in ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
}
