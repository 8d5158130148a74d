/**
 * Files of a log are Kafka's, byte for byte: Apache Kafka's dump tool finds nothing wrong in ours, Apache Kafka serves the same
 * records from a copy of our partitions, and our broker serves those of Apache Kafka. Each case has brokers of its own.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import {
  startBrokerProcess,
  temporaryDirectory,
  type BrokerProcess,
} from '../broker/integration/broker-process.ts';
import { startApacheKafka } from './apache-kafka-broker.ts';
import { APACHE_KAFKA_DATA } from './apache-kafka-process.ts';
import type { CompatCase } from './compat-case.ts';
import { checkWithDumpTools } from './dump-check.ts';
import { lacksTools, toolsFolder as tools } from './kafka-distribution.ts';
import {
  COMPACTED_TOPIC,
  createTopics,
  MIXED_PARTITIONS,
  MIXED_TOPIC,
  produceCompacted,
  produceMixed,
  readTopic,
} from './log-workload.ts';

const OUR_DATA = 'data';
const SENDS = 8;
const CLEANED_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 200;
const overrides = [
  ...['offsets.topic.num.partitions=1', 'offsets.topic.segment.bytes=20000'],
  ...['log.cleaner.backoff.ms=300', 'log.segment.delete.delay.ms=1000'],
];

const missing = (): Promise<string | null> =>
  lacksTools('kafka-dump-log', 'kafka-storage', 'kafka-server-start');

/** Gives `work` a directory that is removed at the end, and ends what `work` has left running. */
async function inDirectory(
  work: (directory: string, alive: (end: () => Promise<unknown>) => void) => Promise<void>,
): Promise<void> {
  const directory = temporaryDirectory();
  const ends: (() => Promise<unknown>)[] = [];
  try {
    await work(directory.path, (end) => ends.push(end));
  } finally {
    for (const end of ends) await end().catch(() => undefined);
    directory.remove();
  }
}

async function waitForCleaning(data: string): Promise<void> {
  const deadline = Date.now() + CLEANED_LIMIT_MS;
  const checkpoint = join(data, 'cleaner-offset-checkpoint');
  while (!existsSync(checkpoint) || !readFileSync(checkpoint, 'utf8').includes(COMPACTED_TOPIC)) {
    if (Date.now() > deadline) throw new Error(`${COMPACTED_TOPIC} was not compacted`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

const topics = [MIXED_TOPIC, COMPACTED_TOPIC];

/** All records of the one topic, the last of each key of the other: whoever has it may go on compacting. */
async function readAll(kafka: Kafka): Promise<string[]> {
  const mixed = await readTopic(kafka, MIXED_TOPIC);
  const compacted = await readTopic(kafka, COMPACTED_TOPIC);
  const lastOfKey = new Map(compacted.map((line) => [line.split('|')[3], line]));
  return [...mixed, ...[...lastOfKey.values()].sort()];
}

function expectSameLines(actual: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((line, index) => line !== actual[index]);
  if (at !== -1 || actual.length !== expected.length) {
    throw new Error(
      `${String(expected.length)} records were written, ${String(actual.length)} read; the first difference is at ${String(at)}: ` +
        `"${actual[at] ?? ''}" instead of "${expected[at] ?? ''}"`,
    );
  }
}

/** Puts the files of `from`'s partitions in the place of `to`'s; the topic's id stays that of the receiver. */
function takeOver(from: string, to: string): void {
  const ownName = 'partition.metadata';
  const names = readdirSync(from).filter((name) => topics.some((topic) => name.startsWith(`${topic}-`)));
  if (names.length !== MIXED_PARTITIONS + 1) throw new Error(`partitions are missing: ${String(names)}`);
  for (const name of names) {
    const target = join(to, name);
    for (const file of readdirSync(target)) if (file !== ownName) rmSync(join(target, file));
    for (const file of readdirSync(join(from, name)))
      if (file !== ownName) cpSync(join(from, name, file), join(target, file));
  }
}

async function startOurs(directory: string): Promise<BrokerProcess> {
  mkdirSync(directory, { recursive: true });
  return startBrokerProcess(directory, overrides);
}

export const logDirectoryCases: readonly CompatCase[] = [
  {
    name: "Apache Kafka's dump tool finds nothing wrong in our log directory, and ours prints the same",
    missing,
    run: () =>
      inDirectory(async (directory, alive) => {
        const check = { tools, data: join(directory, OUR_DATA), copy: join(directory, 'copy') };
        let broker = await startOurs(directory);
        alive(() => broker.end('SIGKILL'));
        await createTopics(broker.kafka());
        await produceMixed(broker.kafka(), 0, SENDS);
        await broker.end('SIGKILL');
        await checkWithDumpTools({ ...check, isClean: false });
        broker = await startOurs(directory);
        await produceMixed(broker.kafka(), 1_000_000, SENDS);
        await produceCompacted(broker.kafka(), 50);
        await broker.end('SIGTERM');
        await checkWithDumpTools({ ...check, isClean: true });
        broker = await startOurs(directory);
        await produceCompacted(broker.kafka(), 50);
        await waitForCleaning(check.data);
        const written = await readAll(broker.kafka());
        await broker.end('SIGKILL');
        broker = await startOurs(directory);
        expectSameLines(await readAll(broker.kafka()), written);
        await broker.end('SIGTERM');
        const files = await checkWithDumpTools({ ...check, isClean: true });
        if (files < 40) throw new Error(`only ${String(files)} files were looked at`);
      }),
  },
  {
    name: 'Apache Kafka serves the same records from our partitions',
    missing,
    run: () =>
      inDirectory(async (directory, alive) => {
        const [oursAt, theirsAt] = [join(directory, 'ours'), join(directory, 'theirs')];
        const ours = await startOurs(oursAt);
        alive(() => ours.end('SIGKILL'));
        await createTopics(ours.kafka());
        await produceMixed(ours.kafka(), 0, SENDS);
        await produceCompacted(ours.kafka(), 50);
        await waitForCleaning(join(oursAt, OUR_DATA));
        const written = await readAll(ours.kafka());
        await ours.end('SIGTERM');
        let theirs = await startApacheKafka(theirsAt);
        alive(() => theirs.stop());
        await createTopics(theirs.kafka);
        await theirs.stop();
        takeOver(join(oursAt, OUR_DATA), join(theirsAt, APACHE_KAFKA_DATA));
        theirs = await startApacheKafka(theirsAt);
        expectSameLines(await readAll(theirs.kafka), written);
        await produceMixed(theirs.kafka, 2_000_000, 1);
      }),
  },
  {
    name: 'our broker serves the same records from the partitions of Apache Kafka',
    missing,
    run: () =>
      inDirectory(async (directory, alive) => {
        const [oursAt, theirsAt] = [join(directory, 'ours'), join(directory, 'theirs')];
        const theirs = await startApacheKafka(theirsAt);
        alive(() => theirs.stop());
        await createTopics(theirs.kafka);
        await produceMixed(theirs.kafka, 0, SENDS);
        await produceCompacted(theirs.kafka, 50);
        await waitForCleaning(join(theirsAt, APACHE_KAFKA_DATA));
        const written = await readAll(theirs.kafka);
        await theirs.stop();
        let ours = await startOurs(oursAt);
        alive(() => ours.end('SIGKILL'));
        await createTopics(ours.kafka());
        await ours.end('SIGTERM');
        takeOver(join(theirsAt, APACHE_KAFKA_DATA), join(oursAt, OUR_DATA));
        ours = await startOurs(oursAt);
        expectSameLines(await readAll(ours.kafka()), written);
        await produceMixed(ours.kafka(), 2_000_000, 1);
        await ours.end('SIGTERM');
        const data = join(oursAt, OUR_DATA);
        await checkWithDumpTools({ tools, data, copy: join(directory, 'copy'), isClean: true });
      }),
  },
];
