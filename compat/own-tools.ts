/**
 * Our own tools beside Apache Kafka's of the same name: called with the same flags against one broker, they print the same on standard
 * output and end with the same status. Both write, both read what either wrote, and members of both are in one group.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runConsoleConsumer } from '../cli/kafka-console-consumer/run-console-consumer.ts';
import { callTool } from '../cli/kafka-tool/testing/call-tool.ts';
import { BothConfigs, BothTools, OWN, times, type Whose, words } from './both-tools.ts';
import type { CompatCase, CompatContext } from './compat-case.ts';
import { lacksTools, runTool, toolOutput, toolsFolder } from './kafka-distribution.ts';
import { expectEqual } from './run-program.ts';
import { inOrder, type View } from './side-by-side.ts';

async function makesTopics({ bootstrap, topic }: CompatContext): Promise<void> {
  const both = new BothTools(bootstrap);
  const tool = 'kafka-topics';
  const made = async (whose: Whose, ...more: string[]): Promise<string> => {
    const said = await both.run(whose, tool, ['--create', '--topic', `${topic}_${whose}`, ...more]);
    return said.replaceAll(`_${whose}`, '');
  };
  const settings = words('--partitions 3 --config retention.ms=60000 --config cleanup.policy=compact,delete');
  expectEqual(await made('ours', ...settings), await made('theirs', ...settings), `${tool} --create`);
  const described = (whose: Whose): string[] => ['--describe', '--topic', `${topic}_${whose}`];
  for (const argv of [
    described('ours'),
    described('theirs'),
    ['--describe', '--topic', `${topic}_.*`],
    ['--describe', '--topics-with-overrides'],
    ['--describe', '--under-replicated-partitions'],
    ['--describe', '--at-min-isr-partitions', '--topic', `${topic}_.*`],
    ['--list'],
    ['--list', '--exclude-internal'],
    ['--list', '--topic', `${topic}_o.*`],
    ['--list', '--topic', 'no-such-topic'],
    ['--describe', '--topic', 'no-such-topic', '--if-exists'],
  ])
    await both.same(tool, argv);
  const grow = (whose: Whose, partitions: string): Promise<string> =>
    both.run(whose, tool, ['--alter', '--topic', `${topic}_${whose}`, '--partitions', partitions]);
  expectEqual(await grow('ours', '5'), await grow('theirs', '5'), `${tool} --alter`);
  await both.same(tool, described('ours'));
  for (const argv of [
    ['--alter', '--topic', `${topic}_ours`, '--partitions', '4'],
    ['--alter', '--topic', 'no-such-topic', '--partitions', '4'],
    ['--create', '--topic', `${topic}_ours`],
    ['--create', '--topic', 'no good name'],
    ['--create', '--topic', `${topic}_wide`, '--replication-factor', '3'],
    ['--describe', '--topic', 'no-such-topic'],
    ['--delete', '--topic', 'no-such-topic'],
    ['--list', '--create', '--topic', 'x'],
  ])
    await both.refused(tool, argv);
  // What is wrong with a value, each says in its own words.
  const odd = ['--create', '--topic', `${topic}-odd`, '--config', 'retention.ms=soon'];
  await both.refused(tool, odd, (text) => text.replace(/(configuration retention\.ms: ).*/, '$1'));
  for (const whose of ['ours', 'theirs'] as const)
    await both.run(whose, tool, ['--delete', '--topic', `${topic}_${whose}`]);
  await both.same(tool, ['--list']);
}

/** Readers end with the last record; this is for one that does not get it. */
const READ_LIMIT_MS = 60_000;
const readAll = (topic: string, ...more: string[]): string[] => ['--topic', topic, '--from-beginning', ...more]; // prettier-ignore

async function producesAndConsumes({ bootstrap, topic }: CompatContext): Promise<void> {
  const both = new BothTools(bootstrap);
  await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '3']);
  const parsed = times('--reader-property', ['parse.key=true', 'parse.headers=true', 'null.marker=NIL']);
  const lines = Array.from({ length: 30 }, (_unused, index) => {
    const number = String(index);
    return `h:${number}\tkey-${number}\tüvalue ${number}\n`;
  });
  const write = ['--topic', topic, ...parsed];
  const input = `${lines.join('')}NIL\tdeleted\tNIL\n`;
  const producer = 'kafka-console-producer';
  const compressed = await both.run('ours', producer, [...write, '--compression-codec', 'zstd'], input);
  expectEqual(compressed, await both.run('theirs', producer, write, input), producer);
  const parts = ['partition', 'offset', 'key', 'headers', 'epoch'].map((part) => `print.${part}=true`);
  const printed = ['--timeout-ms', String(READ_LIMIT_MS), ...times('--formatter-property', parts)];
  // What one wrote with a key, the other put into the same partition.
  const offsets = await both.run('ours', 'kafka-get-offsets', ['--topic', topic]);
  const ends = [...offsets.matchAll(/:(\d+):(\d+)$/gm)];
  expectEqual(ends.length, 3, 'partitions with an end');
  for (const [, partition = '', end = ''] of ends) {
    const read = readAll(topic, '--partition', partition, '--max-messages', end, ...printed);
    await both.same('kafka-console-consumer', read);
  }
  for (const argv of [
    ['--topic', topic],
    ['--topic-partitions', `${topic}:0-2,none`, '--time', 'earliest'],
    ['--topic', topic, '--time', 'max-timestamp'],
    ['--topic', topic, '--time', '99999999999999'],
  ])
    await both.same('kafka-get-offsets', argv);
  await both.refused('kafka-get-offsets', ['--topic', 'no-such-topic']);
  await both.same('kafka-log-dirs', ['--describe', '--topic-list', topic, '--broker-list', '0']);
  await both.refused('kafka-log-dirs', ['--describe', '--broker-list', '9']);
}

async function showsGroups({ bootstrap, topic }: CompatContext): Promise<void> {
  const both = new BothTools(bootstrap);
  const tool = 'kafka-consumer-groups';
  await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '2']);
  const write = ['--topic', topic, '--batch-size', '1'];
  await toolOutput('kafka-console-producer', bootstrap, write, 'a\nb\nc\nd\ne\nf\n');
  for (const whose of ['theirs', 'ours'] as const) {
    const group = `${topic}-${whose}`;
    const read = readAll(topic, '--group', group, '--max-messages', '6');
    await both.run(whose, 'kafka-console-consumer', read);
    for (const view of [[], ['--state'], ['--verbose'], ['--offsets'], ['--members']])
      await both.same(tool, ['--describe', '--group', group, ...view]);
  }
  const ours = ['--group', `${topic}-ours`];
  const reset = ['--reset-offsets', '--dry-run', ...ours, '--topic', topic];
  const where = '--to-earliest,--to-latest,--to-current,--to-offset 1,--shift-by -1,--by-duration P1D,--to-datetime 2024-01-01T00:00:00.000'; // prettier-ignore
  for (const scenario of where.split(',')) await both.same(tool, [...reset, ...words(scenario)]);
  await both.same(tool, [...reset, '--to-offset', '1', '--export']);
  await both.same(tool, ['--reset-offsets', '--dry-run', ...ours, '--all-topics', '--to-earliest']);
  await both.same(tool, ['--reset-offsets', '--execute', ...ours, '--topic', `${topic}:0`, '--to-earliest']);
  await both.same(tool, ['--describe', ...ours]);
  await both.same(tool, ['--list', '--state'], inOrder);
  await both.same(tool, ['--list', '--type', 'classic'], inOrder);
  // What is wrong, the tool of Kafka says with status 0.
  const nobody = ['--group', 'nobody-at-all'];
  await both.same(tool, ['--describe', ...nobody]);
  await both.same(tool, ['--delete-offsets', ...nobody, '--topic', `${topic}:0`]);
  await both.same(tool, ['--delete', ...nobody]);
}

const JOIN_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 500;

/** One member of Java and one of ours: each gets one of the two partitions. */
async function sharesGroups({ bootstrap, topic }: CompatContext): Promise<void> {
  const both = new BothTools(bootstrap);
  const group = `${topic}-shared`;
  await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '2']);
  const argv = ['--bootstrap-server', bootstrap, '--topic', topic, '--group', group];
  const java = spawn(join(toolsFolder, 'kafka-console-consumer.sh'), argv, { stdio: 'ignore' });
  const ended = once(java, 'exit');
  const stop = new AbortController();
  const ours = callTool(runConsoleConsumer, [...argv, '--command-property', 'heartbeat.interval.ms=500'], {
    stopped: stop.signal,
  });
  try {
    const tool = 'kafka-consumer-groups';
    const describe = ['--describe', '--group', group, '--members'];
    const endMs = Date.now() + JOIN_LIMIT_MS;
    for (;;) {
      const shown = await both.run('ours', tool, describe).catch(String);
      if ((shown.match(/ 1 +$/gm) ?? []).length === 2) break;
      if (Date.now() > endMs) throw new Error(`they do not share:\n${shown}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    await both.same(tool, describe, inOrder);
    await both.same(tool, ['--describe', '--group', group, '--state']);
  } finally {
    stop.abort();
    await ours;
    java.kill('SIGTERM');
    await ended;
  }
}

/** Ours sets, and both show; then Kafka's removes what ours has set, and the other way round. */
async function showsSettings(context: CompatContext): Promise<void> {
  const { bootstrap, topic } = context;
  const configs = new BothConfigs(context);
  const ofTopic = ['--entity-type', 'topics', '--entity-name', topic];
  await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '1']);
  await configs.alter('ours', ofTopic, '--add-config', 'retention.ms=60000,cleanup.policy=[compact,delete]');
  await configs.show(...ofTopic);
  await configs.show('--all', '--topic', topic);
  await configs.show('--entity-type', 'topics');
  await configs.alter('theirs', ofTopic, '--delete-config', 'retention.ms');
  await configs.show(...ofTopic);
  await configs.alter('ours', ofTopic, '--delete-config', 'cleanup.policy');
  // It is no longer set.
  for (const whose of ['ours', 'theirs'] as const)
    await configs.alter(whose, ofTopic, '--delete-config', 'cleanup.policy');
  await configs.show('--topic', topic);
  const all = ['--entity-type', 'brokers', '--entity-default'];
  await configs.alter('ours', all, '--add-config', 'log.cleaner.threads=2');
  await configs.alter('ours', ['--broker', '0'], '--add-config', 'log.retention.ms=5000000');
  await configs.show('--entity-type', 'brokers');
  await configs.show('--all', '--broker', '0');
  await configs.show('--broker-defaults');
  await configs.alter('theirs', all, '--delete-config', 'log.cleaner.threads');
  await configs.alter('ours', ['--broker', '0'], '--delete-config', 'log.retention.ms');
  for (const none of ['--topic none', '--broker 7']) await configs.show(...words(none));
  for (const wrong of ['--all --topic none', '--entity-type topic', '--broker x'])
    await configs.refused('--describe', ...words(wrong));
  for (const wrong of [
    '--topic none --add-config retention.ms=1',
    `--topic ${topic} --add-config a`,
    '--user alice --delete-config producer_byte_rate',
    '--user alice --add-config a=b',
  ])
    await configs.refused('--alter', ...words(wrong));
}

/** All of a group, but for what share and streams groups have, as Apache Kafka 4.3.1 prints it when two are set. */
const GROUP_SETTINGS = [
  'assignment.interval.ms=1000 sensitive=false synonyms={DEFAULT_CONFIG:group.consumer.assignment.interval.ms=1000}',
  'heartbeat.interval.ms=6000 sensitive=false synonyms={DYNAMIC_GROUP_CONFIG:consumer.heartbeat.interval.ms=6000, DEFAULT_CONFIG:group.consumer.heartbeat.interval.ms=5000}',
  'session.timeout.ms=50000 sensitive=false synonyms={DYNAMIC_GROUP_CONFIG:consumer.session.timeout.ms=50000, DEFAULT_CONFIG:group.consumer.session.timeout.ms=45000}',
].map((line) => `  consumer.${line}`);
const WRONG_GROUP_SETTINGS = [
  ['consumer.session.timeout.ms=1000', 'consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms'],
  ['consumer.heartbeat.interval.ms=100', 'consumer.heartbeat.interval.ms must be greater than or equal to group.consumer.min.heartbeat.interval.ms'],
  ['consumer.session.timeout.ms=45000,consumer.heartbeat.interval.ms=45000', 'consumer.heartbeat.interval.ms must be less than or equal to group.consumer.max.heartbeat.interval.ms'],
  ['no.such.key=1', 'Unknown group config name: no.such.key'],
  ['consumer.session.timeout.ms=x', 'Invalid value x for configuration consumer.session.timeout.ms: Not a number of type INT'],
] as const; // prettier-ignore

/** Of a group that nobody has joined. */
async function showsGroupSettings(context: CompatContext): Promise<void> {
  const { bootstrap, topic } = context;
  const [tool, both, configs] = ['kafka-configs', new BothTools(bootstrap), new BothConfigs(context)];
  const ofGroup = ['--entity-type', 'groups', '--entity-name', `${topic}-group`];
  const two = 'consumer.session.timeout.ms=50000,consumer.heartbeat.interval.ms=6000';
  await configs.alter('ours', ofGroup, '--add-config', two);
  const all = [`All configs for group ${topic}-group are:`, ...GROUP_SETTINGS, '(status 0)'].join('\n');
  expectEqual(await both.run('theirs', tool, ['--describe', ...ofGroup, '--all']), all, 'all settings');
  await configs.show(...ofGroup, '--all');
  await configs.show(...ofGroup);
  await both.same(tool, ['--describe', '--entity-type', 'groups'], inOrder);
  await configs.show('--entity-type', 'groups', '--entity-name', 'never-seen');
  for (const [setting, why] of WRONG_GROUP_SETTINGS) {
    const wrong = ['--alter', ...ofGroup, '--add-config', setting];
    const { status, stdout, stderr } = await runTool(tool, bootstrap, wrong);
    if (status === 0 || !`${stdout}${stderr}`.includes(`.InvalidConfigurationException: ${why}\n`))
      throw new Error(`${setting} is not refused in Kafka's words:\n${stdout}${stderr}`);
    await configs.refused(...wrong);
  }
  await configs.alter('theirs', ofGroup, '--delete-config', 'consumer.session.timeout.ms');
  await configs.show(...ofGroup);
  await configs.alter('ours', ofGroup, '--delete-config', 'consumer.heartbeat.interval.ms');
  await configs.show(...ofGroup);
}

async function showsQuotas(context: CompatContext): Promise<void> {
  const configs = new BothConfigs(context);
  const keys = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage'];
  const rates = keys.map((key, index) => `${key}=${String([20_971_520, 1_024, 150.5][index])}`).join(',');
  const named = ['alice', 'bob', 'carol', 'zoe'].map((name) => `--entity-type users --entity-name ${name}`);
  const pairs = ['--user alice --client app', '--user alice --client-defaults', '--client app'];
  const entities = [...named, '--user-defaults', ...pairs].map(words);
  for (const entity of entities) await configs.alter('ours', entity, '--add-config', rates);
  const credentials = 'SCRAM-SHA-256=[iterations=8192,password=x],SCRAM-SHA-512=[password=y]';
  await configs.alter('ours', ['--user', 'bob'], '--add-config', credentials);
  for (const entity of entities.slice(3)) await configs.show(...entity);
  await configs.show('--entity-type', 'users');
  await configs.show('--entity-type', 'clients');
  await configs.show(...times('--entity-type', ['users', 'clients']));
  await configs.alter('ours', ['--ip', '10.0.0.1'], '--add-config', 'connection_creation_rate=10');
  await configs.show('--entity-type', 'ips');
  for (const [index, entity] of entities.entries())
    await configs.alter(index % 3 === 0 ? 'theirs' : 'ours', entity, '--delete-config', keys.join(','));
  await configs.alter('theirs', ['--user', 'bob'], '--delete-config', 'SCRAM-SHA-256,SCRAM-SHA-512');
  await configs.alter('theirs', ['--ip', '10.0.0.1'], '--delete-config', 'connection_creation_rate');
  await configs.show('--entity-type', 'users');
}

/** What is measured differs, and so do the digits; the rest of the lines does not. */
const withoutNumbers: View = (text) => text.replaceAll(/\d+/g, '9');

async function measures({ bootstrap, topic }: CompatContext): Promise<void> {
  const both = new BothTools(bootstrap);
  const [producer, consumer] = ['kafka-producer-perf-test', 'kafka-consumer-perf-test'];
  await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '2']);
  const amount = ['--topic', topic, '--num-records', '2000'];
  const write = [...amount, ...words('--record-size 100 --throughput -1 --reporting-interval 600000')];
  const ways = [
    [],
    words('--warmup-records 100'),
    words('--transaction-duration-ms 50'),
    words('--producer-props linger.ms=1 acks=1'),
  ];
  for (const way of ways) await both.same(producer, [...write, ...way], withoutNumbers);
  const limit = ['--timeout', String(READ_LIMIT_MS)];
  for (const more of [[], ['--hide-header'], words('--date-format HH:mm'), ['--group', `${topic}-once`]])
    await both.same(consumer, [...amount, ...limit, ...more], withoutNumbers);
  // Each has counted what the other has written.
  const written = String(2_000 * 2 * ways.length);
  const rest = ['--topic', topic, '--num-records', written, ...limit];
  for (const whose of ['ours', 'theirs'] as const) {
    const said = await both.run(whose, consumer, [...rest, '--group', `${topic}-${whose}`]);
    expectEqual(said.split('\n').at(-2)?.split(', ')[4], written, `records read by ${whose}`);
  }
}

const missing = (): Promise<string | null> => lacksTools(...Object.keys(OWN));
const ownCase = (name: string, run: CompatCase['run']): CompatCase => ({
  ...{ name: `our own tools: ${name}`, missing, run },
});

export const ownToolCases: readonly CompatCase[] = [
  ownCase('make, list and describe topics', makesTopics),
  ownCase('write and read what the other wrote, and its offsets', producesAndConsumes),
  ownCase('show, reset and delete groups', showsGroups),
  ownCase('settings of topics and brokers', showsSettings),
  ownCase('settings of groups', showsGroupSettings),
  ownCase('quotas and SCRAM users', showsQuotas),
  ownCase('measure', measures),
  ownCase('in one group with a consumer of Java', sharesGroups),
];
