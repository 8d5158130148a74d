/**
 * The stories of lag that real clients play (console/stories), against Apache Kafka and against our broker: the console's
 * status and reason, and every committed offset, end and lag as kafka-consumer-groups prints it. One more is played by Java's
 * consumer, in a group of the protocol of KIP-848, and on Apache Kafka alone there is a transaction that hangs.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { temporaryDirectory } from '../broker/integration/broker-process.ts';
import type { GroupSnapshot } from '../console/model/snapshot.ts';
import {
  lagStories,
  story,
  transactionStory,
  type LagStory,
  type StoryWorld,
} from '../console/stories/testing/lag-stories.ts';
import { startApacheKafka } from './apache-kafka-broker.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolOutput, toolsFolder } from './kafka-distribution.ts';

const NEWER_PROTOCOL = ['--consumer-property', 'group.protocol=consumer'];

interface ToolRow {
  readonly topic: string;
  readonly partition: number;
  readonly committed: number | null;
  readonly end: number | null;
  readonly lag: number | null;
}

const numberOf = (column: string | undefined): number | null =>
  column === undefined || column === '-' ? null : Number(column);

/** Of `kafka-consumer-groups --describe`: GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG ... */
async function toolRows(bootstrap: string, group: string): Promise<ToolRow[]> {
  const output = await toolOutput('kafka-consumer-groups', bootstrap, ['--describe', '--group', group]);
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([name]) => name === group)
    .map(([, topic = '', partition, committed, end, lag]) => ({
      ...{ topic, partition: Number(partition) },
      ...{ committed: numberOf(committed), end: numberOf(end), lag: numberOf(lag) },
    }))
    .sort((a, b) => a.partition - b.partition);
}

function agreeWithTool(bootstrap: string): (group: GroupSnapshot) => Promise<void> {
  return async (group) => {
    const rows = (group.partitions ?? []).map((row): ToolRow => {
      const { topic, partition, committedOffset, logEndOffset, lag } = row;
      return { topic, partition, committed: committedOffset, end: logEndOffset, lag };
    });
    assert.deepEqual(rows, await toolRows(bootstrap, group.id), `numbers of ${group.id}`);
  };
}

/** A member of the newer protocol, until it is ended. */
async function whileConsuming(
  bootstrap: string,
  argv: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const program = join(toolsFolder, 'kafka-console-consumer.sh');
  const child = spawn(program, ['--bootstrap-server', bootstrap, ...argv, ...NEWER_PROTOCOL], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  try {
    await work();
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

const newerProtocol = story('a group of the newer protocol', async (stage) => {
  const { bootstrap } = stage.world;
  await stage.makeTopic();
  await stage.produce(100);
  const reading = ['--topic', stage.topic, '--group', stage.group];
  const forty = ['--from-beginning', '--max-messages', '40'];
  await toolOutput('kafka-console-consumer', bootstrap, [...reading, ...forty, ...NEWER_PROTOCOL]);
  const left = await stage.console.until(stage.group, ({ totalLag }) => totalLag !== null);
  assert.deepEqual([left.type, left.state, left.totalLag], ['consumer', 'Empty', 60]);
  await stage.agree(left);
  await whileConsuming(bootstrap, reading, async () => {
    const there = await stage.console.until(
      stage.group,
      ({ state, totalLag }) => state === 'Stable' && totalLag === 0,
    );
    assert.deepEqual([there.status, there.type, there.members?.length], ['ok', 'consumer', 1]);
    assert.notEqual(there.partitions?.[0]?.memberId, null);
    await stage.agree(there);
  });
  await stage.console.until(stage.group, ({ state }) => state === 'Empty');
  const stopped = await stage.console.minutes(3, stage.group, () => stage.produce(10));
  assert.deepEqual([stopped.status, stopped.totalLag], ['stopped', 90]);
  await stage.agree(stopped);
});

/** All of them, one after the other; those that went wrong are told together. */
async function playAll(stories: readonly LagStory[], world: StoryWorld): Promise<void> {
  const wrong: string[] = [];
  for (const { name, play } of stories) {
    try {
      await play(world);
    } catch (error) {
      wrong.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

export const lagStoryCases: readonly CompatCase[] = [
  {
    name: 'stories of lag on Apache Kafka, with the numbers of kafka-consumer-groups',
    missing: () =>
      lacksTools('kafka-server-start', 'kafka-storage', 'kafka-consumer-groups', 'kafka-console-consumer'),
    run: async () => {
      const directory = temporaryDirectory();
      const broker = await startApacheKafka(directory.path);
      try {
        const { kafka, bootstrap } = broker;
        const world = { kafka, bootstrap, agree: agreeWithTool(bootstrap) };
        await playAll([...lagStories, transactionStory, newerProtocol], world);
      } finally {
        await broker.stop();
        directory.remove();
      }
    },
  },
  {
    name: 'stories of lag on our broker, with the numbers of kafka-consumer-groups',
    missing: () => lacksTools('kafka-consumer-groups', 'kafka-console-consumer'),
    run: async ({ bootstrap }) => {
      const kafka = new Kafka({ clientId: 'compat', brokers: [bootstrap], logLevel: logLevel.NOTHING });
      await playAll([...lagStories, newerProtocol], { kafka, bootstrap, agree: agreeWithTool(bootstrap) });
    },
  },
];
