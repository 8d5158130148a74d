/** kafka-consumer-groups against a broker with groups of kafkajs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Admin, Consumer } from 'kafkajs';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { commitGroupOffsets } from '../../kafka-client/admin/commit-group-offsets.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { callTool, type CallOptions } from '../kafka-tool/testing/call-tool.ts';
import { coordinatorOf } from './group-facts.ts';
import { runConsumerGroups } from './run-consumer-groups.ts';

let broker: TestBroker;
let admin: Admin;
let live: Consumer;

beforeAll(async () => {
  broker = await startTestBroker();
  admin = broker.kafka().admin();
  await admin.connect();
  await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 2 },
      { topic: 'other', numPartitions: 1 },
    ],
  });
  const producer = broker.kafka().producer();
  await producer.connect();
  const at = (partition: number, seconds: number) => ({
    ...{ partition, value: 'v', timestamp: String(Date.UTC(2024, 0, 1, 0, 0, seconds)) },
  });
  await producer.send({ topic: 'orders', messages: [0, 1, 2, 3, 4].flatMap((second) => [at(0, second), at(1, second)]) }); // prettier-ignore
  await producer.disconnect();
  live = broker.kafka().consumer({ groupId: 'live' });
  await live.connect();
  await live.subscribe({ topic: 'orders' });
  const joined = new Promise((resolve) => live.on('consumer.group_join', resolve));
  await live.run({ eachMessage: () => Promise.resolve() });
  await joined;
});
afterAll(async () => {
  await live.disconnect();
  await admin.disconnect();
  await broker.remove();
});

const call = (flags: readonly string[], options: CallOptions = {}) =>
  callTool(runConsumerGroups, ['--bootstrap-server', broker.address(), ...flags], options);
/** From outside the group, as an application without membership does. */
async function commit(groupId: string, topic: string, ...offsets: number[]): Promise<void> {
  const cluster = new KafkaCluster({ bootstrap: [broker.address()], clientId: 'test' });
  const coordinator = await coordinatorOf(cluster, groupId);
  const wanted = offsets.map((offset, partition) => ({ topic, partition, offset }));
  const outcomes = await commitGroupOffsets(cluster, coordinator, groupId, wanted);
  expect(outcomes.map(({ error }) => error)).toEqual(offsets.map(() => null));
  cluster.close();
}
const rows = (out: string): string[] =>
  out.split('\n').slice(2).map((line) => line.replace(/ +/g, ' ').trim()).filter((line) => line !== ''); // prettier-ignore

it('lists groups, with their states and types', async () => {
  await commit('listed', 'orders', 1);
  expect((await call(['--list'])).out.split('\n').sort()).toEqual(['', 'listed', 'live']);
  const states = await call(['--list', '--state', '--type']);
  expect(states.out).toMatch(/^GROUP {21}TYPE {17}STATE {15}$/m);
  expect(states.out).toMatch(/^live {22}Classic {14}Stable {14}$/m);
  expect((await call(['--list', '--state', 'empty'])).out).not.toContain('live');
  expect((await call(['--list', '--type', 'consumer'])).out).not.toContain('live');
});

it('describes offsets, members and states', async () => {
  await commit('idle', 'orders', 2, 5);
  const idle = await call(['--describe', '--group', 'idle']);
  expect(idle).toMatchObject({ status: 0, err: ["\nConsumer group 'idle' has no active members."] });
  expect(rows(idle.out)).toEqual(['idle orders 0 2 5 3 - - -', 'idle orders 1 5 5 0 - - -']);
  const offsets = await call(['--describe', '--group', 'live', '--verbose']);
  expect(rows(offsets.out)[0]).toMatch(/^live orders 0 - - 5 - test-[-0-9a-f]+ \/127\.0\.0\.1 test$/);
  const members = await call(['--describe', '--group', 'live', '--members', '--verbose']);
  expect(rows(members.out)).toEqual([
    expect.stringMatching(/^live test-[-0-9a-f]+ \/127\.0\.0\.1 test 2 - orders:0,1 - -$/),
  ]);
  const state = await call(['--describe', '--group', 'live', '--state']);
  expect(rows(state.out)).toEqual([`live ${broker.address()} (0) RoundRobinAssigner Stable 1`]);
  const all = await call(['--describe', '--all-groups']);
  expect(all.out).toContain('idle            orders');
  expect(await call(['--describe', '--group', 'nobody'])).toEqual({
    status: 0,
    out: '\nError: Executing consumer group command failed due to org.apache.kafka.common.errors.GroupIdNotFoundException: Group nobody not found.\n',
    err: [],
  });
});

it('sets offsets in every way, and only when told to', async () => {
  await commit('reset', 'orders', 2, 5);
  const reset = async (...flags: string[]) => {
    const scope =
      flags.includes('--all-topics') || flags.includes('--from-file') ? [] : ['--topic', 'orders'];
    const { out, err } = await call(['--reset-offsets', '--group', 'reset', '--dry-run', ...scope, ...flags]);
    return [...err, ...rows(out)].map((line) => line.replace('reset orders ', '')).sort();
  };
  expect(await reset('--to-earliest')).toEqual(['0 0', '1 0']);
  expect(await reset('--to-latest')).toEqual(['0 5', '1 5']);
  expect(await reset('--to-current')).toEqual(['0 2', '1 5']);
  expect(await reset('--to-current', '--all-topics')).toEqual(['0 2', '1 5']);
  expect(await reset('--to-datetime', '2024-01-01T00:00:03.000')).toEqual(['0 3', '1 3']);
  expect(await reset('--by-duration', 'P3650D')).toEqual(['0 0', '1 0']);
  expect(await reset('--to-offset', '4')).toEqual(['0 4', '1 4']);
  expect(await reset('--shift-by', '-3')).toEqual([
    '0 0',
    '1 2',
    'WARN New offset (-1) is lower than earliest offset for topic partition orders-0. Value will be set to 0',
  ]);
  expect(await reset('--shift-by', '1')).toEqual([
    '0 3',
    '1 5',
    'WARN New offset (6) is higher than latest offset for topic partition orders-1. Value will be set to 5',
  ]);
  const late = await call(['--reset-offsets', '--dry-run', '--group', 'reset', '--topic', 'orders:1', '--by-duration', 'PT1M']); // prettier-ignore
  expect(late.out).toContain(
    'Warn: Partition 1 from topic orders is empty. Falling back to latest known offset.',
  );
  const text = await call(['--reset-offsets', '--group', 'reset', '--topic', 'orders', '--to-offset', '3', '--dry-run', '--export']); // prettier-ignore
  expect(text.out).toBe('orders,0,3\norders,1,3\n\n');
  const done = await call(['--reset-offsets', '--group', 'reset', '--from-file', 'plan', '--execute'], {
    files: { plan: text.out },
  });
  expect(rows(done.out)).toEqual(['reset orders 0 3', 'reset orders 1 3']);
  const [told] = await admin.fetchOffsets({ groupId: 'reset', topics: ['orders'] });
  expect(told?.partitions.map(({ offset }) => offset)).toEqual(['3', '3']);
  const planned = await call(['--reset-offsets', '--group', 'reset', '--topic', 'orders', '--to-earliest']);
  expect(planned.err).toEqual([expect.stringContaining('WARN: No action will be performed')]);
  const fresh = await call(['--reset-offsets', '--group', 'fresh', '--topic', 'orders:0', '--to-latest', '--execute']); // prettier-ignore
  expect(rows(fresh.out)).toEqual(['fresh orders 0 5']);
});

it('leaves groups alone that are read in, and topics that are not there', async () => {
  const active = await call(['--reset-offsets', '--group', 'live', '--topic', 'orders', '--to-earliest', '--execute']); // prettier-ignore
  expect(active.out).toContain(
    "\nError: Assignments can only be reset if the group 'live' is inactive, but the current state is Stable.\n",
  );
  const reset = async (topic: string) =>
    (await call(['--reset-offsets', '--group', 'x', '--topic', topic, '--to-earliest', '--dry-run'])).out;
  expect(await reset('orders:7')).toContain('The partitions "orders-7" do not exist');
  expect(await reset('none')).toContain(
    'failed due to org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not',
  );
});

it('takes offsets away, and whole groups', async () => {
  await commit('old', 'orders', 1, 1);
  await commit('old', 'other', 1);
  const some = await call(['--delete-offsets', '--group', 'old', '--topic', 'orders:1', '--topic', 'other']);
  expect(some.out).toBe(
    'Request succeeded for deleting offsets from group old.\n\nTOPIC           PARTITION  STATUS         \norders          1          Successful     \nother           0          Successful     \n',
  );
  expect(rows((await call(['--describe', '--group', 'old'])).out)).toEqual(['old orders 0 1 5 4 - - -']);
  const read = await call(['--delete-offsets', '--group', 'live', '--topic', 'orders:0']);
  expect(read.out).toContain('\nError: Encountered some partition-level error, see the follow-up details.\n');
  expect(read.out).toContain(
    'Error: org.apache.kafka.common.errors.GroupSubscribedToTopicException: Deleting',
  );
  const nobody = await call(['--delete-offsets', '--group', 'nobody', '--topic', 'orders:0']);
  expect(nobody.out).toContain('\nError: The group id does not exist.\n');
  expect((await call(['--delete', '--group', 'old', '--group', 'live'])).out).toBe(
    "\nError: Deletion of some consumer groups failed:\n* Group 'live' could not be deleted due to: org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty.\n\nThese consumer groups were deleted successfully: 'old'\n",
  );
  await commit('gone', 'orders', 1);
  expect((await call(['--delete', '--group', 'gone'])).out).toBe(
    "Deletion of requested consumer groups ('gone') was successful.\n",
  );
});

it.each([
  [[], 'Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets, --validate-regex'], // prettier-ignore
  [['--list', '--delete'], 'Command must include exactly one action'],
  [['--describe'], 'Option [describe] takes one of these options: [group], [all-groups]'],
  [['--describe', '--group', 'g', '--members', '--state'], 'Option [describe] takes at most one of these'],
  [['--describe', '--group', 'g', '--state', 'x'], 'Option [describe] does not take a value for [state]'],
  [['--delete', '--group', 'g', '--topic', 't'], 'The consumer does not support topic-specific offset'],
  [
    ['--delete-offsets', '--group', 'g'],
    'Option [delete-offsets] takes the following options: [group], [topic]',
  ],
  [
    ['--reset-offsets', '--group', 'g', '--execute', '--dry-run'],
    'Option [reset-offsets] only accepts one of',
  ],
  [['--reset-offsets', '--group', 'g', '--execute', '--to-latest', '--to-earliest'], 'Option "[to-earliest]" can\'t be used with option "[to-latest]"'], // prettier-ignore
  [
    ['--reset-offsets', '--group', 'g', '--execute', '--to-latest'],
    'One of the reset scopes should be defined',
  ],
  [
    ['--reset-offsets', '--group', 'g', '--execute', '--topic', 'orders'],
    "Option '[reset-offsets]' requires one of",
  ],
  [['--list', '--group', 'g'], 'Option "[group]" can\'t be used with option "[list]"'],
  [['--list', '--members'], 'Option(s) [members] are unavailable'],
  [['--list', '--state', 'asleep'], "Invalid states list 'asleep'. Valid states are: Empty"],
  [['--reset-offsets', '--group', 'g', '--execute', '--topic', 'orders:0', '--shift-by', '1'], 'Cannot shift offset for partition orders-0'], // prettier-ignore
])('says what is wrong above its flags: %j', async (flags, words) => {
  const { status, err } = await call(flags);
  expect([status, err[0]]).toEqual([1, expect.stringContaining(words)]);
  expect(err[1]).toMatch(/^Option /);
});

it('looks at a regular expression without a cluster', async () => {
  const look = async (regex: string) => (await callTool(runConsumerGroups, ['--validate-regex', regex])).out;
  expect(await look('a.*')).toBe('The regular expression `a.*` is valid.\n');
  expect(await look('(')).toMatch(/^The regular expression `\(` is invalid: /);
});
