/**
 * Produce: records of 1,000 bytes, acks=all, six partitions, one broker, through kcat (librdkafka) where it is installed, and
 * through kafkajs. Prints records and megabytes a second, and what the broker spent on it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import { startBrokerProcess } from './broker-process.ts';
import type { BrokerProcess } from './broker-process.ts';
import { figure } from './figure.ts';
import { createTopic } from './topics.ts';

const recordBytes = 1_000;
const kcatRecords = 400_000;
const recordsInBlock = 10_000;
const kafkajsRecords = 150_000;
const kafkajsBatch = 1_000;

const kafkaOf = (broker: BrokerProcess): Kafka =>
  new Kafka({ clientId: 'bench', brokers: [broker.address], logLevel: logLevel.NOTHING });

async function measured(
  broker: BrokerProcess,
  name: string,
  records: number,
  work: () => Promise<void>,
): Promise<void> {
  const cpuBefore = broker.cpuSeconds();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const cpuAfter = broker.cpuSeconds();
  const spent = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
  figure(
    `produce, ${name}`,
    `${Math.round(records / seconds).toLocaleString('en')} records/s, ${((records * recordBytes) / seconds / 1e6).toFixed(1)} MB/s`,
  );
  if (spent !== null)
    figure(
      '  broker',
      `${(spent / (records / 1e6)).toFixed(2)} CPU-seconds per million records, ${broker.memoryMiB()?.toFixed(0) ?? '?'} MiB`,
    );
}

function hasKcat(): boolean {
  try {
    execFileSync('kcat', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function throughKcat(broker: BrokerProcess): Promise<void> {
  await createTopic(broker.address, 'through-kcat', 6);
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const file = path.join(directory, 'records');
  const line = `${'r'.repeat(recordBytes)}\n`;
  const block = line.repeat(recordsInBlock);
  for (let written = 0; written < kcatRecords; written += recordsInBlock) appendFileSync(file, block);
  const args = [
    '-b',
    broker.address,
    '-P',
    '-t',
    'through-kcat',
    '-l',
    '-X',
    'acks=all',
    '-X',
    'linger.ms=5',
    '-X',
    'batch.size=131072',
    '-X',
    'sticky.partitioning.linger.ms=0',
    file,
  ];
  await measured(
    broker,
    `kcat ${args.slice(2, -1).join(' ')}`,
    kcatRecords,
    () =>
      new Promise((resolve, reject) => {
        const child = spawn('kcat', args, { stdio: ['ignore', 'ignore', 'inherit'] });
        child.once('close', (code) =>
          code === 0 ? resolve() : reject(new Error(`kcat ended with ${String(code)}`)),
        );
      }),
  );
  rmSync(directory, { recursive: true, force: true });
}

async function throughKafkajs(broker: BrokerProcess): Promise<void> {
  await createTopic(broker.address, 'through-kafkajs', 6);
  const producer = kafkaOf(broker).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: kafkajsBatch }, () => ({ value: Buffer.alloc(recordBytes, 'r') }));
  await measured(broker, `kafkajs, batches of ${kafkajsBatch}, 4 at once`, kafkajsRecords, async () => {
    let left = kafkajsRecords / kafkajsBatch;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await producer.send({ topic: 'through-kafkajs', acks: -1, messages });
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  });
  await producer.disconnect();
}

export async function benchProduce(): Promise<void> {
  const broker = await startBrokerProcess();
  try {
    if (hasKcat()) await throughKcat(broker);
    else console.log('  (kcat is not installed: without its figure)');
    await throughKafkajs(broker);
  } finally {
    await broker.stop();
  }
}
