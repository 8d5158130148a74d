/**
 * Apache Kafka's command line tools against three of our brokers, beside three of Apache Kafka's: what they say must be the same.
 * Each case leaves the clusters as it found them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Producer } from 'kafkajs';
import type { ThreeBrokers } from './cluster-pair.ts';
import { waitUntilInSync } from './cluster-pair.ts';
import type { CompatCase } from './compat-case.ts';
import { inOrder, sideBySide, type View, withoutNumbers } from './side-by-side.ts';

/** Writes a file for a tool, for as long as `work` takes. */
async function withFile(content: unknown, work: (path: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'aquila-compat-'));
  const path = join(directory, 'input.json');
  writeFileSync(path, JSON.stringify(content));
  try {
    await work(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A client that asks a broker which has not heard of the new topic gives up. */
async function producerFor(cluster: ThreeBrokers, topic: string): Promise<Producer> {
  await waitUntilInSync(cluster, topic, false);
  const producer = cluster.kafka.producer();
  await producer.connect();
  return producer;
}

async function produce(cluster: ThreeBrokers, topic: string, megabytes: number): Promise<void> {
  const producer = await producerFor(cluster, topic);
  const value = Buffer.alloc(100_000, 7);
  for (let sent = 0; sent < megabytes; sent++)
    await producer.send({ topic, messages: Array.from({ length: 10 }, () => ({ value })) });
  await producer.disconnect();
}

/** Apache Kafka names the last leader there although it stands among the eligible; ours keeps the two lists apart. */
const lastKnown: View = (text) => text.replace(/LastKnownElr: .*/g, '');
const ALL = ['--all-topic-partitions'];
const PREFERRED = ['--election-type', 'preferred'];
const UNCLEAN = ['--election-type', 'unclean'];

const topicsAndOffsets = [
  sideBySide('kafka-topics', [], async (both, { topic }) => {
    const named = ['--topic', topic];
    const create = ['--create', ...named];
    await both.same('kafka-topics', [...create, '--replication-factor', '3', '--partitions', '2']);
    await both.refused('kafka-topics', [...create, '--replication-factor', '3']);
    await both.refused('kafka-topics', ['--create', '--topic', `${topic}-4`, '--replication-factor', '4']);
    await both.refused('kafka-topics', ['--create', '--topic', `${topic}-a`, '--replica-assignment', '0:0']);
    await both.same('kafka-topics', ['--describe', ...named], (text) => withoutNumbers(text));
    await both.same('kafka-topics', ['--alter', ...named, '--partitions', '5']);
    await both.refused('kafka-topics', ['--alter', ...named, '--partitions', '4']);
    await both.same('kafka-topics', ['--describe', '--under-replicated-partitions']);
    await both.same('kafka-topics', ['--describe', '--unavailable-partitions']);
    await both.same('kafka-topics', ['--delete', ...named]);
    await both.refused('kafka-topics', ['--describe', ...named]);
    await both.same('kafka-topics', ['--list']);
  }),
  sideBySide(
    'kafka-get-offsets and kafka-log-dirs',
    ['kafka-get-offsets', 'kafka-log-dirs'],
    async (both, { topic }) => {
      const assignment = ['--replica-assignment', '0:1:2,1:2:0'];
      // The records' time is long past: retention would take them away at its next turn.
      const forEver = ['--config', 'retention.ms=-1'];
      await both.same('kafka-topics', ['--create', '--topic', topic, ...assignment, ...forEver]);
      await both.each(async (cluster) => {
        const producer = await producerFor(cluster, topic);
        const message = { value: 'one', partition: 0, timestamp: '1700000000000' };
        await producer.send({ topic, acks: -1, messages: [message, message] });
        await producer.disconnect();
      });
      for (const time of ['-1', '-2', '-3', 'latest', 'earliest', '1700000000000', '1800000000000'])
        await both.same('kafka-get-offsets', ['--topic', topic, '--time', time]);
      await both.same('kafka-get-offsets', ['--topic-partitions', `${topic}:0`]);
      const described = ['--describe', '--topic-list', topic];
      // Replicas stand in any order, in JSON of one line.
      const places: View = (text) =>
        inOrder(text.replace(/"size":[1-9]\d*/g, '"size":"some"').replace(/[{}[\],]+/g, '\n'));
      await both.each((cluster) => waitUntilInSync(cluster, topic));
      await both.same('kafka-log-dirs', described, places);
      await both.same('kafka-log-dirs', [...described, '--broker-list', '0'], places);
      await both.same('kafka-topics', ['--delete', '--topic', topic]);
    },
  ),
];

const cluster = [
  sideBySide('kafka-metadata-quorum', ['kafka-metadata-quorum'], async (both) => {
    // Apache Kafka knows the directories of its voters only by dynamic quorums, which neither side has here.
    const voters: View = (text) => withoutNumbers(text.replace(/"directoryId": "[\w-]{22}", /g, ''));
    await both.same('kafka-metadata-quorum', ['describe', '--status'], voters);
    const rows: View = (text) =>
      inOrder(withoutNumbers(text.replace(/[\w-]{22}\t/g, 'ID\t')).replace(/N N* ?ms ago/g, 'N ms ago'));
    await both.same('kafka-metadata-quorum', ['describe', '--replication'], rows);
    await both.same('kafka-metadata-quorum', ['describe', '--replication', '--human-readable'], rows);
  }),
  sideBySide(
    'kafka-broker-api-versions, kafka-features and kafka-cluster',
    ['kafka-broker-api-versions', 'kafka-features', 'kafka-cluster'],
    async (both) => {
      const brokers: View = (text) => inOrder(text.replace(/^(?!broker-).*\n?/gm, ''));
      await both.same('kafka-broker-api-versions', [], brokers);
      const features: View = (text) =>
        text
          .replace(/^(?!Feature: (?:metadata|transaction)\.version).*\n?/gm, '')
          .replace(/SupportedMinVersion: \S+\s+|Epoch: \d+/g, '');
      await both.same('kafka-features', ['describe'], features);
      await both.same('kafka-cluster', ['cluster-id'], (text) => text.replace(/: [\w-]{22}/, ': ID'));
      await both.same('kafka-cluster', ['list-endpoints'], inOrder);
      await both.refused('kafka-cluster', ['unregister', '--id', '77']);
      await both.each((each) => each.kill(2));
      await both.sameOnce('kafka-cluster', ['list-endpoints'], (text) => !text.includes('broker-2'), inOrder);
      await both.same('kafka-cluster', ['unregister', '--id', '2']);
      await both.same('kafka-cluster', ['list-endpoints', '--include-fenced-brokers'], inOrder);
      await both.each((each) => each.restart(2));
      await both.sameOnce('kafka-cluster', ['list-endpoints'], (text) => text.includes('broker-2'), inOrder);
    },
  ),
  sideBySide('kafka-configs', ['kafka-configs'], async (both, { topic }) => {
    await both.same('kafka-topics', [
      '--create',
      '--topic',
      topic,
      '--replication-factor',
      '3',
      '--partitions',
      '1',
    ]);
    const entities = [
      [
        '--entity-type',
        'topics',
        '--entity-name',
        topic,
        'segment.bytes=1234567,retention.bytes=2345678',
        'segment.bytes',
      ],
      ['--entity-type', 'brokers', '--entity-name', '1', 'log.cleaner.threads=2', 'log.cleaner.threads'],
      ['--entity-type', 'brokers', '--entity-default', 'log.retention.ms=7654321', 'log.retention.ms'],
    ];
    for (const words of entities) {
      const [entity, added = '', deleted = ''] = [words.slice(0, -2), ...words.slice(-2)];
      await both.same('kafka-configs', ['--alter', ...entity, '--add-config', added]);
      const describe = ['--describe', ...entity];
      const value = added.slice(added.indexOf('='));
      await both.sameOnce('kafka-configs', describe, (text) =>
        text.includes(value.slice(1).split(',')[0] ?? ''),
      );
      await both.same('kafka-configs', ['--alter', ...entity, '--delete-config', deleted]);
      await both.sameOnce('kafka-configs', describe, (text) => !text.includes(`${deleted}=`));
    }
    await both.refused('kafka-configs', [
      '--alter',
      '--entity-type',
      'topics',
      '--entity-name',
      topic,
      '--add-config',
      'nonsense=1',
    ]);
    await both.same('kafka-topics', ['--delete', '--topic', topic]);
  }),
];

const leaders = [
  sideBySide('kafka-leader-election', ['kafka-leader-election'], async (both, { topic }) => {
    await both.same('kafka-topics', [
      '--create',
      '--topic',
      topic,
      '--replica-assignment',
      '0:1:2,1:2:0,2:0:1',
    ]);
    const describe = ['--describe', '--topic', topic];
    const refuse = (argv: readonly string[]): Promise<void> => both.refused('kafka-leader-election', argv);
    const elect = (argv: readonly string[]): Promise<string> => both.same('kafka-leader-election', argv);
    await elect([...PREFERRED, '--topic', topic, '--partition', '0']);
    await elect([...UNCLEAN, '--topic', topic, '--partition', '0']);
    await elect([...PREFERRED, ...ALL]);
    await refuse([...UNCLEAN, '--topic', 'nobody-made-this', '--partition', '0']);

    await both.each((each) => each.kill(0));
    await both.sameOnce('kafka-topics', describe, (text) => !/Leader: 0|Isr: \S*0/.test(text));
    await refuse([...PREFERRED, '--topic', topic, '--partition', '0']);
    await both.each((each) => each.restart(0));
    await both.each((each) => waitUntilInSync(each, topic));
    await both.same('kafka-topics', describe, (text) => text.replace(/Isr: \S+/g, 'Isr: all'));
    const partitions = [0, 1].map((partition) => ({ topic, partition }));
    await withFile({ partitions }, async (path) => {
      await elect([...PREFERRED, '--path-to-json-file', path]);
    });
    await both.sameOnce(
      'kafka-topics',
      describe,
      (text) => /Partition: 0\s+Leader: 0/.test(text),
      (text) => text.replace(/Isr: \S+/g, 'Isr: all'),
    );
    await elect([...PREFERRED, ...ALL]);
    await both.same('kafka-topics', ['--delete', '--topic', topic]);
  }),
  sideBySide('an unclean election', ['kafka-leader-election'], async (both, { topic }) => {
    await both.same('kafka-topics', ['--create', '--topic', topic, '--replica-assignment', '1:2']);
    await both.each((each) => produce(each, topic, 1));
    const describe = ['--describe', '--topic', topic];
    await both.each((each) => each.kill(1));
    await both.sameOnce('kafka-topics', describe, (text) => text.includes('Leader: 2'));
    // Broker 1 is back before it can be in sync again: its records end where they ended, and 2 has more.
    await both.each((each) => produce(each, topic, 1));
    await both.each((each) => each.kill(2));
    await both.each((each) => each.restart(1));
    await both.sameOnce('kafka-topics', describe, (text) => text.includes('Leader: none'), lastKnown);
    await both.same('kafka-topics', ['--describe', '--unavailable-partitions', '--topic', topic], lastKnown);
    const one = ['--topic', topic, '--partition', '0'];
    await both.refused('kafka-leader-election', [...PREFERRED, ...one]);
    await both.same('kafka-leader-election', [...UNCLEAN, ...one]);
    await both.sameOnce('kafka-topics', describe, (text) => text.includes('Leader: 1'));
    await both.each((each) => each.restart(2));
    await both.each((each) => waitUntilInSync(each, topic));
    await both.same('kafka-get-offsets', ['--topic', topic]);
    await both.same('kafka-topics', ['--delete', '--topic', topic]);
  }),
];

const moving = [
  sideBySide(
    'kafka-reassign-partitions',
    ['kafka-reassign-partitions', 'kafka-configs'],
    async (both, { topic }) => {
      await both.same('kafka-topics', ['--create', '--topic', topic, '--replica-assignment', '0:1,1:2']);
      // A throttle lets a megabyte of each partition pass every eleven seconds: enough is to be moved for all questions below.
      await both.each((each) => produce(each, topic, 32));
      const reassign = (argv: readonly string[], view?: View): Promise<string> =>
        both.same('kafka-reassign-partitions', argv, view);
      await withFile({ version: 1, topics: [{ topic }] }, async (path) => {
        const generate = ['--generate', '--topics-to-move-json-file', path, '--broker-list', '0,1,2'];
        await reassign(generate, (text) => text.slice(0, text.indexOf('Proposed')));
      });
      const plan = {
        version: 1,
        partitions: [
          { topic, partition: 0, replicas: [2, 1] },
          { topic, partition: 1, replicas: [0, 2, 1] },
        ],
      };
      const describe = ['--describe', '--topic', topic];
      const anyIsr: View = (text) => text.replace(/Isr: \S+/g, 'Isr: some');
      await withFile(plan, async (path) => {
        const file = ['--reassignment-json-file', path];
        await reassign(['--execute', ...file, '--throttle', '10000']);
        await reassign(['--list']);
        await reassign(['--verify', ...file, '--preserve-throttles']);
        await both.same('kafka-topics', describe, anyIsr);
        await both.same('kafka-configs', ['--describe', '--entity-type', 'brokers', '--entity-name', '0']);
        await both.refused('kafka-reassign-partitions', ['--execute', ...file]);
        await reassign(['--cancel', ...file], inOrder);
        await reassign(['--list']);
        await both.same('kafka-topics', describe, anyIsr);

        await reassign(['--execute', ...file, '--throttle', '50000000']);
        await both.sameOnce(
          'kafka-reassign-partitions',
          ['--verify', ...file],
          (text) => !text.includes('in progress'),
        );
        await reassign(['--list']);
        await both.same('kafka-configs', ['--describe', '--entity-type', 'brokers', '--entity-name', '0']);
        await reassign(['--cancel', ...file]);
        await both.same('kafka-topics', describe, anyIsr);
      });
      await both.same('kafka-topics', ['--delete', '--topic', topic]);
    },
  ),
];

export const clusterToolCases: readonly CompatCase[] = [
  ...topicsAndOffsets,
  ...cluster,
  ...moving,
  ...leaders,
];
