/** kafka-consumer-groups on three of our brokers and three of Apache Kafka's: offsets set and taken away, groups deleted. */
import type { Consumer } from 'kafkajs';
import type { ThreeBrokers } from './cluster-pair.ts';
import type { CompatCase } from './compat-case.ts';
import { inOrder, sideBySide, type View, withoutNumbers } from './side-by-side.ts';

const TOOL = 'kafka-consumer-groups';

/** As an application without membership. */
async function commit({ kafka }: ThreeBrokers, groupId: string, topics: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  for (const topic of topics) {
    const partitions = [0, 1].map((partition) => ({ partition, offset: String(partition + 1) }));
    await admin.setOffsets({ groupId, topic, partitions });
  }
  await admin.disconnect();
}

/** A member that has joined, of the same name on both. */
async function join({ kafka }: ThreeBrokers, groupId: string, topic: string): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.run({ eachMessage: () => Promise.resolve() });
  await joined;
  return consumer;
}

/** Members have ids of their own, and the clients of the two clusters other names. */
const anyMember: View = (text) =>
  inOrder(
    withoutNumbers(text.replace(/[\w-]+-[0-9a-f-]{36}/g, 'MEMBER')).replace(/ (?:test|compat) /g, ' CLIENT '),
  );

export const groupToolCases: readonly CompatCase[] = [
  sideBySide('kafka-consumer-groups sets, shows and takes away', [TOOL], async (both, { topic }) => {
    const [read, other, group, live] = [`${topic}-read`, `${topic}-other`, `${topic}-group`, `${topic}-live`];
    for (const name of [read, other])
      await both.same('kafka-topics', [
        '--create',
        '--topic',
        name,
        '--partitions',
        '2',
        '--replication-factor',
        '3',
      ]);
    for (const name of [group, live]) await both.each((each) => commit(each, name, [read, other]));
    const described: View = (text) => inOrder(text.replace(/ +/g, ' '));
    await both.same(TOOL, ['--describe', '--group', group], described);
    await both.same(TOOL, ['--delete-offsets', '--group', group, '--topic', `${read}:0`]);
    await both.same(TOOL, ['--delete-offsets', '--group', group, '--topic', `${read}:0`]);
    await both.same(TOOL, ['--delete-offsets', '--group', group, '--topic', other], inOrder);
    await both.same(TOOL, ['--describe', '--group', group], described);
    await both.same(TOOL, ['--delete-offsets', '--group', 'nobody-at-all', '--topic', read]);
    await both.same(TOOL, ['--delete-offsets', '--group', group, '--topic', 'no-such-topic:0']);

    const members: Consumer[] = [];
    await both.each(async (each) => members.push(await join(each, live, read)));
    await both.same(TOOL, ['--describe', '--group', live, '--state'], withoutNumbers);
    await both.same(TOOL, ['--describe', '--group', live, '--members'], anyMember);
    await both.same(TOOL, ['--delete-offsets', '--group', live, '--topic', read], inOrder);
    await both.same(TOOL, ['--delete-offsets', '--group', live, '--topic', other], inOrder);
    await both.same(TOOL, ['--delete', '--group', live]);
    for (const member of members) await member.disconnect();

    const reset = ['--reset-offsets', '--group', group, '--topic', read];
    await both.same(TOOL, [...reset, '--to-earliest', '--dry-run'], described);
    await both.same(TOOL, [...reset, '--to-offset', '0', '--execute'], described);
    await both.same(TOOL, ['--describe', '--group', group], described);
    await both.same(TOOL, ['--delete', '--group', group]);
    await both.same(TOOL, ['--delete', '--group', group]);
    await both.same(TOOL, ['--describe', '--group', group]);
    for (const name of [read, other]) await both.same('kafka-topics', ['--delete', '--topic', name]);
  }),
];
