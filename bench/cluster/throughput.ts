/**
 * Load as fast as it goes through the programs that people use: kcat (librdkafka), Kafka's kafka-producer-perf-test, and
 * kafkajs. A short load before each measured one is the same for both clusters: what only the first second costs is start-up.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outputOf, ownProgram } from './children.ts';
import { topicFor } from './direct-client.ts';
import type { FigureName } from './figures.ts';
import { spent, type Part, type Run } from './run.ts';

export const recordBytes = 1_000;
const partitions = 6;
const limitSeconds = 90;
const megabytesOf = (records: number): number => (records * recordBytes) / 1e6;
const perCpu = (megabytes: number, cpu: number | null): number | null =>
  cpu === null ? null : megabytes / cpu;

/** As kcat's own log says it; only one cluster has it, so the consuming parts can rely on its content. */
const kcatTopic = 'through-kcat';

async function kcatProduces(
  { subject, tools }: Run,
  records: number,
): Promise<{ seconds: number; cpu: number | null }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const file = path.join(directory, 'records');
  const blockRecords = 5_000;
  const block = `${'r'.repeat(recordBytes)}\n`.repeat(blockRecords);
  for (let written = 0; written < records; written += blockRecords) appendFileSync(file, block);
  const settings = ['acks=all', 'linger.ms=5', 'batch.size=131072', 'sticky.partitioning.linger.ms=0'];
  const args = ['-P', '-b', subject.bootstrap, '-t', kcatTopic, ...settings.flatMap((each) => ['-X', each])];
  try {
    return await spent(subject, () => outputOf(tools.kcat, [...args, '-l', file], { limitSeconds }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const produceOf = (figures: readonly FigureName[], cost: FigureName, rate?: FigureName): Part => ({
  name: 'kcat',
  figures,
  needs: 'kcat',
  async measure(run) {
    const { subject, sizes, add } = run;
    await topicFor(subject, kcatTopic, partitions);
    await kcatProduces(run, sizes.records / 10);
    const { seconds, cpu } = await kcatProduces(run, sizes.records);
    if (rate !== undefined) add(rate, megabytesOf(sizes.records) / seconds);
    add(cost, perCpu(megabytesOf(sizes.records), cpu));
  },
});

export const kcatToOne = produceOf(
  ['produceRateOfOne', 'produceCostOfOne'],
  'produceCostOfOne',
  'produceRateOfOne',
);
export const kcatToThree = produceOf(['produceCostOfThree'], 'produceCostOfThree');

/** Reads all that `kcatToOne` left, twice: the second time counts. */
export const kcatConsumes: Part = {
  name: 'consume',
  figures: ['librdkafkaConsumeCost'],
  needs: 'kcat',
  async measure({ subject, sizes, tools, add }) {
    const args = ['-C', '-b', subject.bootstrap, '-t', kcatTopic, '-o', 'beginning', '-e', '-q', '-f', '.'];
    const read = (): Promise<string> => outputOf(tools.kcat, args, { limitSeconds });
    const records = (await read()).length;
    if (records < sizes.records) throw new Error(`kcat read ${records} records of ${sizes.records}`);
    const { cpu } = await spent(subject, read);
    add('librdkafkaConsumeCost', perCpu(megabytesOf(records), cpu));
  },
};

export const kafkajsConsumes: Part = {
  name: 'consume',
  figures: ['kafkajsConsumeCost'],
  needs: 'kcat',
  async measure({ subject, sizes, add }) {
    const { result, cpu } = await spent(subject, () =>
      ownProgram('kafkajs-consume.ts', [subject.bootstrap, kcatTopic, String(sizes.records)], limitSeconds),
    );
    add('kafkajsConsumeCost', perCpu(megabytesOf(Number(result)), cpu));
  },
};

export function perfTest(
  run: Run,
  topic: string,
  records: number,
  perSecond: number,
  props: readonly string[],
  { bytes = recordBytes, options = [] }: { bytes?: number; options?: readonly string[] } = {},
) {
  const shape = [
    '--topic',
    topic,
    '--num-records',
    String(records),
    '--record-size',
    String(bytes),
    ...options,
  ];
  const producer = [`bootstrap.servers=${run.subject.bootstrap}`, 'acks=all', ...props];
  const args = [...shape, '--throughput', String(perSecond), '--producer-props', ...producer];
  return outputOf(run.tools.kafka, ['tool', 'kafka-producer-perf-test', ...args], { limitSeconds });
}

export const perfTestOf = (batchKiB: 16 | 64, figure: FigureName): Part => ({
  name: 'perf',
  figures: [figure],
  needs: 'kafka',
  async measure(run) {
    const topic = `perf-${batchKiB}`;
    await topicFor(run.subject, topic, partitions);
    const props = [`batch.size=${batchKiB * 1024}`, 'linger.ms=5'];
    const load = (records: number): Promise<string> => perfTest(run, topic, records, -1, props);
    await load(run.sizes.perfRecords / 10);
    const { cpu } = await spent(run.subject, () => load(run.sizes.perfRecords));
    run.add(figure, perCpu(megabytesOf(run.sizes.perfRecords), cpu));
  },
});
