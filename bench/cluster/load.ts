/** Load through the programs that people use: Kafka's kafka-producer-perf-test, kcat (librdkafka) and kafkajs. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import type { Comparison } from './comparison.ts';
import { connectTo, makeTopic } from './direct-client.ts';
import { addQuantiles } from './parts.ts';
import { runKafkaProgram, type Subject } from './subject.ts';

const recordBytes = 1_000;
const kcatRecords = 200_000;
const perfRecords = 150_000;
const roundTrips = 500;

export async function topicFor(
  subject: Subject,
  name: string,
  partitions: number,
  replicas: number,
): Promise<void> {
  const cluster = connectTo(subject.bootstrap);
  try {
    await makeTopic(cluster, { name, partitions, replicas });
  } finally {
    cluster.close();
  }
}

export function hasKcat(): boolean {
  try {
    execFileSync('kcat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What the brokers spent while `work` went on, and how long it took. */
async function spent<Result>(subject: Subject, work: () => Promise<Result> | Result) {
  const [cpuBefore, began] = [subject.cpuSeconds(), performance.now()];
  const result = await work();
  const [cpuAfter, seconds] = [subject.cpuSeconds(), (performance.now() - began) / 1000];
  return { result, seconds, cpu: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore };
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${String(code)}`)),
    );
  });
}

export async function measureKcat(subject: Subject, replicas: number, table: Comparison): Promise<void> {
  const topic = `kcat-${replicas}`;
  await topicFor(subject, topic, 6, replicas);
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const file = path.join(directory, 'records');
  const block = `${'r'.repeat(recordBytes)}\n`.repeat(10_000);
  for (let written = 0; written < kcatRecords; written += 10_000) appendFileSync(file, block);
  try {
    const settings = ['acks=all', 'linger.ms=5', 'batch.size=131072', 'sticky.partitioning.linger.ms=0'];
    const args = [
      '-b',
      subject.bootstrap,
      '-P',
      '-t',
      topic,
      '-l',
      ...settings.flatMap((each) => ['-X', each]),
    ];
    const { seconds, cpu } = await spent(subject, () => run('kcat', [...args, file]));
    const megabytes = (kcatRecords * recordBytes) / 1e6;
    const what = `librdkafka, replication ${replicas}`;
    table.add(subject.name, what, megabytes / seconds, { unit: 'MB/s', better: 'more', goal: 1 });
    if (cpu !== null)
      table.add(subject.name, `${what}, per broker CPU-second`, megabytes / cpu, {
        unit: 'MB/cs',
        better: 'more',
        goal: replicas === 1 ? 1.2 : 1.5,
      });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function perfTest(
  program: string,
  subject: Subject,
  topic: string,
  records: number,
  perSecond: number,
  props: string[],
): string {
  const shape = ['--num-records', String(records), '--record-size', String(recordBytes)];
  const producer = [`bootstrap.servers=${subject.bootstrap}`, 'acks=all', ...props];
  const args = [...shape, '--throughput', String(perSecond), '--topic', topic];
  return runKafkaProgram(program, [
    'tool',
    'kafka-producer-perf-test',
    ...args,
    '--producer-props',
    ...producer,
  ]);
}

export async function measurePerfTest(
  program: string,
  subject: Subject,
  batchKiB: number,
  table: Comparison,
): Promise<void> {
  const topic = `perf-${batchKiB}`;
  await topicFor(subject, topic, 6, 3);
  const props = [`batch.size=${batchKiB * 1024}`, 'linger.ms=5'];
  const { cpu } = await spent(subject, () => perfTest(program, subject, topic, perfRecords, -1, props));
  if (cpu !== null)
    table.add(
      subject.name,
      `producer-perf-test ${batchKiB} KiB, replication 3, per broker CPU-second`,
      (perfRecords * recordBytes) / 1e6 / cpu,
      { unit: 'MB/cs', better: 'more', goal: 1.5 },
    );
}

/** 5,000 records a second for a quarter of a minute, linger 5. */
export async function measureFixedRate(program: string, subject: Subject, table: Comparison): Promise<void> {
  const [perSecond, seconds] = [5_000, 15];
  await topicFor(subject, 'rate', 6, 3);
  perfTest(program, subject, 'rate', perSecond * 3, perSecond, ['linger.ms=5']);
  const { result, cpu } = await spent(subject, () =>
    perfTest(program, subject, 'rate', perSecond * seconds, perSecond, ['linger.ms=5']),
  );
  const p99 = /(\d+(?:\.\d+)?) ms 99th/.exec(
    result.split('\n').findLast((line) => line.includes('99th')) ?? '',
  )?.[1];
  table.add(subject.name, '5,000 records/s, replication 3: p99', p99 === undefined ? null : Number(p99), {
    unit: 'ms',
    better: 'less',
    goal: 0.5,
  });
  if (cpu !== null)
    table.add(subject.name, '5,000 records/s, replication 3: broker CPU', (100 * cpu) / seconds, {
      unit: '% core',
      better: 'less',
      goal: 0.7,
    });
}

/** One record at a time through kafkajs: from send to the consumer's hand. */
export async function measureRoundTrip(subject: Subject, table: Comparison): Promise<void> {
  const topic = 'round-trip';
  await topicFor(subject, topic, 1, 3);
  const kafka = new Kafka({
    clientId: 'bench',
    brokers: subject.bootstrap.split(','),
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: 'round-trip', maxWaitTimeInMs: 500 });
  const times: number[] = [];
  let arrived: (value: string) => void = () => undefined;
  try {
    await Promise.all([producer.connect(), consumer.connect()]);
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => Promise.resolve(arrived(message.value?.toString() ?? '')),
    });
    for (let count = -50; count < roundTrips; count += 1) {
      const sentAt = performance.now();
      const here = new Promise<void>((resolve) => {
        arrived = (value) => value === String(count) && resolve();
      });
      await producer.send({ topic, acks: -1, messages: [{ value: String(count) }] });
      await here;
      if (count >= 0) times.push(performance.now() - sentAt);
    }
    addQuantiles(subject, 'produced to consumed, replication 3, kafkajs', times, table);
  } finally {
    await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
  }
}
