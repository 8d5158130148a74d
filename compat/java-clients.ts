/**
 * Kafka's Java client library as it was from release to release. Up to 0.10.0 it does not ask which versions a broker knows, but sends
 * its newest; 0.8.2 and 0.9 write message sets of magic 0 and 0.9 reads them, 0.10 does so with magic 1, later ones with batches. Each writes with every codec, and
 * each reads what all of them wrote, so that records pass through every conversion there is. There is no consumer of 0.8.2: its
 * readers went to ZooKeeper.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import type { CompatCase, CompatContext } from './compat-case.ts';
import { expectEqual, isInstalled, outputOf } from './run-program.ts';

const WRITING_ONLY = ['0.8.2.2'] as const;
const WITHOUT_TRANSACTIONS = ['0.9.0.1', '0.10.0.1', '0.10.2.2'] as const;
const WITH_TRANSACTIONS = ['0.11.0.0', '2.8.2', '3.9.1'] as const;
const READING = [...WITHOUT_TRANSACTIONS, ...WITH_TRANSACTIONS];
export const javaClientVersions: readonly string[] = [...WRITING_ONLY, ...READING];

const PARTITIONS = 2;
const folder = process.env['AQUILA_KAFKA_CLIENTS'] ?? '';
const programs = fileURLToPath(new URL('programs/java', import.meta.url));

async function lacks(versions: readonly string[]): Promise<string | null> {
  if (folder === '')
    return 'AQUILA_KAFKA_CLIENTS is not set (a folder with the jars of each release in a folder of its own)';
  const lacking = versions.find((version) => !existsSync(join(folder, version)));
  if (lacking !== undefined) {
    const fetching = `mvn -f compat/programs/java dependency:copy-dependencies -Dkafka.version=${lacking}`;
    return `AQUILA_KAFKA_CLIENTS has no ${lacking} (${fetching} -DoutputDirectory=${join(folder, lacking)})`;
  }
  return (await isInstalled('java', ['-version'])) ? null : 'java is not installed';
}

function java(version: string, program: string, argv: readonly string[]): Promise<string> {
  const place = ['-cp', join(folder, version, '*'), join(programs, `${program}.java`)];
  return outputOf('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', ...place, ...argv]);
}

async function createTopic({ bootstrap, topic }: CompatContext, numPartitions: number): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
  await admin.disconnect();
}

/** By cluster: the topic that every release has written to. */
const writtenTopics = new Map<string, Promise<string>>();

async function writeWithAll(context: CompatContext): Promise<string> {
  await createTopic(context, PARTITIONS);
  for (const version of javaClientVersions) {
    const output = await java(version, 'WriteRecords', [context.bootstrap, context.topic, version]);
    expectEqual(output, 'written\n', `Java ${version} writing`);
  }
  return context.topic;
}

function writtenTopic(context: CompatContext): Promise<string> {
  const written = writtenTopics.get(context.bootstrap) ?? writeWithAll(context);
  writtenTopics.set(context.bootstrap, written);
  return written;
}

export const javaClientCases: readonly CompatCase[] = [
  {
    name: `Java ${javaClientVersions.join(', ')} write with every codec`,
    missing: () => lacks(javaClientVersions),
    run: async (context) => {
      await writtenTopic(context);
    },
  },
  ...READING.map((version): CompatCase => ({
    name: `Java ${version} reads in a group what each of them wrote`,
    versions: () => Promise.resolve(`kafka-clients ${version}`),
    missing: () => lacks(javaClientVersions),
    run: async (context) => {
      const topic = await writtenTopic(context);
      const argv = [context.bootstrap, topic, `java-${version}`, ...javaClientVersions];
      expectEqual(await java(version, 'ReadRecords', argv), 'read\n', 'output');
    },
  })),
  ...WITH_TRANSACTIONS.map((version): CompatCase => ({
    name: `Java ${version} runs programs as of 2017: callbacks, interceptors, commits by hand, transactions`,
    versions: () => Promise.resolve(`kafka-clients ${version}`),
    missing: () => lacks([version]),
    run: async (context) => {
      await createTopic(context, 1);
      const output = await java(version, 'AsIn2017', [context.bootstrap, context.topic]);
      expectEqual(output, 'done\n', 'output');
    },
  })),
];

export function javaClientsVersion(): Promise<string> {
  return Promise.resolve(`kafka-clients ${javaClientVersions.join(', ')}`);
}
