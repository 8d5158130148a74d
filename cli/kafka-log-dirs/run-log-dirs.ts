/**
 * `kafka-log-dirs`: the directories of brokers and the size of every replica in them, as the tool of Apache Kafka 4.3.1 prints them.
 * Here `--broker-list` names the ids of brokers.
 */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import { describeLogDirs } from '../../kafka-client/admin/describe-log-dirs.ts';
import { CommandError } from '../command-error.ts';
import { openCluster, propertiesOf } from '../kafka-tool/open-cluster.ts';
import {
  bootstrapFlags,
  bootstrapOf,
  commonFlags,
  requireFlags,
  runTool,
  type ToolFlag,
} from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import { onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { logDirsJson } from './log-dirs-json.ts';

const BROKER_LIST = 'broker-list';

const text = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument: `String: ${argument}`, about },
});

const FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags.filter(({ name }) => name !== BROKER_LIST),
  ...commonFlags,
  { name: 'describe', about: 'REQUIRED: Show the directories.' },
  text(BROKER_LIST, 'Broker list', 'Of which brokers, as 0,1,2; of all without it.'),
  text('topic-list', 'Topic list', 'Of which topics, as topic1,topic2; of all without it.'),
  text('command-config', 'Admin client property file', 'A file of properties of the client.'),
];

export const runLogDirs: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    flags: FLAGS,
    purpose: 'This tool helps to query log directory usage on the specified brokers.',
    work: (flags) => work(flags, surroundings),
  });

async function work(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { print, readText, defaultBootstrap } = surroundings;
  const bootstrap = bootstrapOf(new Map([...flags].filter(([name]) => name !== BROKER_LIST)));
  requireFlags(flags, ['describe']);
  const wanted = wordsOf(onlyValue(flags, BROKER_LIST)).map((word) => {
    if (/^\d+$/.test(word)) return Number(word);
    throw new CommandError(`For input string: "${word}"`);
  });
  const properties = propertiesOf(onlyValue(flags, 'command-config') ?? null, readText);
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText, clientId: 'log-dirs-tool' },
  });
  try {
    const existing = (await fetchClusterMetadata(cluster, [])).brokers.map(({ id }) => id);
    const missing = wanted.filter((id) => !existing.includes(id));
    if (missing.length > 0)
      throw new CommandError(
        `ERROR: The given brokers do not exist from --broker-list: ${missing.join(',')}. Current existent brokers: ${existing.join(',')}`,
      );
    const asked = existing.filter((id) => wanted.length === 0 || wanted.includes(id));
    print('Querying brokers for log directories information');
    const brokers = await Promise.all(
      asked.map(async (broker) => ({ broker, logDirs: await describeLogDirs(cluster, broker) })),
    );
    print(`Received log directory information from brokers ${asked.join(',')}`);
    print(logDirsJson(brokers, new Set(wordsOf(onlyValue(flags, 'topic-list')))));
    return 0;
  } finally {
    cluster.close();
  }
}

const wordsOf = (list = ''): string[] => list.split(',').filter((word) => word !== '');
