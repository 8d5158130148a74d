/**
 * `kafka-consumer-groups`: lists and describes consumer groups, deletes them, sets and takes away what they have committed, as the tool of
 * Apache Kafka 4.3.1 does: with its lines, and with its status 0 also where a cluster has refused something, which is told on
 * standard output.
 */
import { commitGroupOffsets } from '../../kafka-client/admin/commit-group-offsets.ts';
import { deleteGroupOffsets } from '../../kafka-client/admin/delete-group-offsets.ts';
import { deleteGroups } from '../../kafka-client/admin/delete-groups.ts';
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import type { GroupMemberDescription } from '../../kafka-client/admin/describe-groups.ts';
import { fetchCommitted } from '../../kafka-client/admin/fetch-group-offsets.ts';
import { ClientError } from '../../kafka-client/client-error.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { CommandError } from '../command-error.ts';
import { openCluster, propertiesOf } from '../kafka-tool/open-cluster.ts';
import { offsetsOf, partitionName, type TopicPartition } from '../kafka-tool/partition-offsets.ts';
import { bootstrapOf, runTool, UsageProblem } from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import { onlyLong, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { hashMapOrder } from '../kafka-topics/java-order.ts';
import { coordinatorOf, findGroup, listConsumerGroups, type FoundGroup } from './group-facts.ts';
import * as lines from './group-lines.ts';
import { checkedAction, GROUP_FLAGS, type GroupAction } from './group-options.ts';
import { GroupReset } from './group-reset.ts';
import { javaException, javaMessage } from './java-errors.ts';
import { parseTopicArgument, planText } from './reset-plan.ts';

const DEFAULT_TIMEOUT_MS = 5_000;
const REBALANCING = new Set(['PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling']);
const STATES = [
  'Empty',
  'PreparingRebalance',
  'CompletingRebalance',
  'Stable',
  'Dead',
  'Assigning',
  'Reconciling',
];
const TYPES = ['Classic', 'Consumer'];

export const runConsumerGroups: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    flags: GROUP_FLAGS,
    purpose:
      'This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset consumer group offsets.',
    work: (flags) => work(flags, surroundings),
  });

async function work(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { print, say, readText, defaultBootstrap } = surroundings;
  const action = checkedAction(flags, say);
  if (action === 'validate-regex') {
    print(validated(onlyValue(flags, 'validate-regex') ?? ''));
    return 0;
  }
  const bootstrap = bootstrapOf(flags);
  const properties = new Map(propertiesOf(onlyValue(flags, 'command-config') ?? null, readText));
  const timeoutMs = onlyLong(flags, 'timeout', DEFAULT_TIMEOUT_MS);
  if (flags.has('timeout') || !properties.has('request.timeout.ms'))
    properties.set('request.timeout.ms', String(timeoutMs));
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText, clientId: 'consumer-groups' },
  });
  try {
    await new GroupsCommand(cluster, flags, surroundings).run(action);
  } catch (error) {
    if (error instanceof UsageProblem) throw error;
    if (!(error instanceof CommandError || error instanceof ClientError)) throw error;
    print(`\nError: Executing consumer group command failed due to ${error.message}`);
  } finally {
    cluster.close();
  }
  return 0;
}

function validated(regex: string): string {
  try {
    new RegExp(regex, 'u');
    return `The regular expression \`${regex}\` is valid.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The regular expression \`${regex}\` is invalid: ${reason}.`;
  }
}

class GroupsCommand {
  readonly #cluster: KafkaCluster;
  readonly #flags: KafkaFlags;
  readonly #surroundings: ToolSurroundings;

  constructor(cluster: KafkaCluster, flags: KafkaFlags, surroundings: ToolSurroundings) {
    this.#cluster = cluster;
    this.#flags = flags;
    this.#surroundings = surroundings;
  }

  run(action: Exclude<GroupAction, 'validate-regex'>): Promise<void> {
    switch (action) {
      case 'list':
        return this.#list();
      case 'describe':
        return this.#describe();
      case 'delete':
        return this.#delete();
      case 'reset-offsets':
        return this.#reset();
      case 'delete-offsets':
        return this.#deleteOffsets();
    }
  }

  async #list(): Promise<void> {
    const { print } = this.#surroundings;
    const withType = this.#flags.has('type');
    const withState = this.#flags.has('state');
    const states = this.#words('state', STATES, 'states');
    const types = this.#words('type', TYPES, 'types');
    const all = await listConsumerGroups(this.#cluster);
    if (!withType && !withState) {
      for (const { id } of all) print(id);
      return;
    }
    const chosen = all.filter(
      ({ state, type }) =>
        (states === null || states.has((state ?? '').toLowerCase())) &&
        (types === null || types.has(type ?? 'classic')),
    );
    print(lines.listLines(chosen, withType, withState));
  }

  /** In lower case; null: any. */
  #words(flag: string, valid: readonly string[], what: string): ReadonlySet<string> | null {
    const text = onlyValue(this.#flags, flag) ?? '';
    if (text === '') return null;
    const words = text.split(',').map((word) => word.trim().toLowerCase());
    const known = new Set(valid.map((word) => word.toLowerCase()));
    if (words.every((word) => known.has(word))) return new Set(words);
    throw new UsageProblem(`Invalid ${what} list '${text}'. Valid ${what} are: ${valid.join(', ')}`);
  }

  async #groups(): Promise<readonly string[]> {
    if (!this.#flags.has('all-groups')) return [...new Set(this.#flags.get('group') ?? [])];
    return (await listConsumerGroups(this.#cluster)).map(({ id }) => id);
  }

  async #describe(): Promise<void> {
    const groups = [...(await this.#groups())].sort();
    const found: (readonly [string, FoundGroup])[] = [];
    for (const group of groups) {
      const facts = await findGroup(this.#cluster, group);
      if (facts === null) {
        const message = javaException('GROUP_ID_NOT_FOUND', `Group ${group} not found.`);
        throw new CommandError(message);
      }
      found.push([group, facts]);
    }
    for (const [group, facts] of found) {
      if (this.#flags.has('members')) this.#describeMembers(group, facts);
      else if (this.#flags.has('state')) await this.#describeState(group, facts);
      else await this.#describeOffsets(group, facts);
    }
  }

  /** Says in what state it is where that matters; false: there is nothing to show. */
  #hasMore(group: string, state: string, rows: number): boolean {
    const { print, say } = this.#surroundings;
    if (state === 'Dead') print(`\nError: Consumer group '${group}' does not exist.`);
    else if (state === 'Empty') say(`\nConsumer group '${group}' has no active members.`);
    else if (REBALANCING.has(state)) say(`\nWarning: Consumer group '${group}' is rebalancing.`);
    return state !== 'Dead' && rows > 0;
  }

  async #describeOffsets(group: string, { coordinatorId, description }: FoundGroup): Promise<void> {
    const { committed } = await fetchCommitted(this.#cluster, coordinatorId, group);
    const byPartition = new Map(committed.map((each) => [partitionName(each), each]));
    const owned = description.members
      .map((member) => ({ member, partitions: partitionsOf(member) }))
      .filter(({ partitions }) => partitions.length > 0)
      .sort((left, right) => right.partitions.length - left.partitions.length);
    const taken = new Set(owned.flatMap(({ partitions }) => partitions.map(partitionName)));
    const idle = committed.filter((each) => !taken.has(partitionName(each)));
    const all = [...owned.flatMap(({ partitions }) => partitions), ...idle];
    const names = [...new Set(all.map(({ topic }) => topic))];
    const topics = names.length === 0 ? [] : (await fetchClusterMetadata(this.#cluster, names)).topics;
    const ends = await offsetsOf(this.#cluster, topics, all, 'latest');
    const rowsOf = (
      partitions: readonly TopicPartition[],
      who: { id: string; host: string; clientId: string },
    ) =>
      [...partitions].sort(byTopic).map(({ topic, partition }) => {
        const name = partitionName({ topic, partition });
        const offset = byPartition.get(name);
        return {
          ...{ group, topic, partition, consumerId: who.id, host: who.host, clientId: who.clientId },
          ...{ committed: offset?.offset ?? null, leaderEpoch: offset?.leaderEpoch ?? null },
          logEnd: ends.get(name)?.offset ?? null,
        };
      });
    const rows = [
      ...owned.flatMap(({ member, partitions }) => rowsOf(partitions, { ...member, id: member.memberId })),
      ...rowsOf(idle, { id: '-', host: '-', clientId: '-' }),
    ];
    if (this.#hasMore(group, description.state, rows.length))
      this.#surroundings.print(lines.offsetLines(rows, this.#flags.has('verbose')));
  }

  #describeMembers(group: string, { description, consumer }: FoundGroup): void {
    const newer = new Map((consumer?.members ?? []).map((member) => [member.memberId, member]));
    const rows = description.members.map((member) => {
      const more = newer.get(member.memberId);
      return {
        ...{ group, memberId: member.memberId, instanceId: member.groupInstanceId, host: member.host },
        ...{ clientId: member.clientId, assignment: member.assignment ?? [], target: more?.target ?? [] },
        ...{ epoch: more?.memberEpoch ?? null, targetEpoch: consumer?.assignmentEpoch ?? null },
        upgraded: more?.isClassic == null ? null : !more.isClassic,
      };
    });
    this.#hasMore(group, description.state, rows.length);
    this.#surroundings.print(lines.memberLines(rows, this.#flags.has('verbose')));
  }

  async #describeState(group: string, { coordinatorId, description, consumer }: FoundGroup): Promise<void> {
    if (!this.#hasMore(group, description.state, 1)) return;
    const broker = (await this.#cluster.view()).brokers.get(coordinatorId);
    // As Kafka's tool writes it: an IPv6 address stands there without brackets.
    const address = broker === undefined ? '' : `${broker.host}:${String(broker.port)}`;
    const row = {
      ...{ group, coordinator: `${address}  (${String(coordinatorId)})`, strategy: description.protocol },
      ...{ state: description.state, members: description.members.length },
      ...{ epoch: consumer?.groupEpoch ?? null, targetEpoch: consumer?.assignmentEpoch ?? null },
    };
    this.#surroundings.print(lines.stateLines(row, this.#flags.has('verbose')));
  }

  async #delete(): Promise<void> {
    const { print } = this.#surroundings;
    const outcomes: { readonly id: string; readonly error: string | null }[] = [];
    for (const group of await this.#groups()) {
      const coordinator = await coordinatorOf(this.#cluster, group);
      outcomes.push(...(await deleteGroups(this.#cluster, coordinator, [group])));
    }
    const inOrder = hashMapOrder(outcomes, ({ id }) => id);
    const deleted = inOrder
      .filter(({ error }) => error === null)
      .map(({ id }) => `'${id}'`)
      .join(', ');
    const failed = inOrder.flatMap(({ id, error }) => (error === null ? [] : [{ id, error }]));
    if (failed.length === 0) {
      print(`Deletion of requested consumer groups (${deleted}) was successful.`);
      return;
    }
    print('\nError: Deletion of some consumer groups failed:');
    for (const { id, error } of failed)
      print(`* Group '${id}' could not be deleted due to: ${javaException(error)}`);
    if (deleted !== '') print(`\nThese consumer groups were deleted successfully: ${deleted}`);
  }

  async #reset(): Promise<void> {
    const { print } = this.#surroundings;
    const reset = new GroupReset(this.#cluster, this.#flags, this.#surroundings);
    const rows: { group: string; topic: string; partition: number; offset: number }[] = [];
    const groups = hashMapOrder(await this.#groups(), (group) => group);
    for (const group of groups) {
      const state = (await findGroup(this.#cluster, group))?.description.state ?? 'Dead';
      if (state !== 'Empty' && state !== 'Dead') {
        print(
          `\nError: Assignments can only be reset if the group '${group}' is inactive, but the current state is ${state}.`,
        );
        continue;
      }
      const plan = await reset.planFor(group);
      if (this.#flags.has('execute') && plan.length > 0) await this.#commit(group, plan);
      rows.push(...plan.map((each) => ({ group, ...each })));
    }
    if (this.#flags.has('export')) print(planText(rows, (this.#flags.get('group') ?? []).length !== 1));
    else if (groups.length > 0) print(lines.resetLines(rows));
  }

  async #commit(
    group: string,
    plan: readonly (TopicPartition & { readonly offset: number })[],
  ): Promise<void> {
    const coordinator = await coordinatorOf(this.#cluster, group);
    const outcomes = await commitGroupOffsets(this.#cluster, coordinator, group, plan);
    const failed = outcomes.find(({ error }) => error !== null);
    if (failed?.error != null) throw new CommandError(javaMessage(failed.error));
  }

  async #deleteOffsets(): Promise<void> {
    const { print } = this.#surroundings;
    const group = onlyValue(this.#flags, 'group') ?? '';
    const named = (this.#flags.get('topic') ?? []).map(parseTopicArgument);
    const whole = named.filter(({ partitions }) => partitions === null).map(({ topic }) => topic);
    const known = whole.length === 0 ? [] : (await fetchClusterMetadata(this.#cluster, whole)).topics;
    const lost = known.flatMap(({ name, error }) => (error === null ? [] : [{ topic: name, error }]));
    const wanted = named.flatMap(({ topic, partitions }) => {
      const all = known.find(({ name }) => name === topic)?.partitions.map(({ partition }) => partition);
      return [{ topic, partitions: partitions ?? all ?? [] }].filter((each) => each.partitions.length > 0);
    });
    const coordinator = await coordinatorOf(this.#cluster, group);
    const { error, partitions } = await deleteGroupOffsets(this.#cluster, coordinator, group, wanted);
    const told = new Map(partitions.map((each) => [partitionName(each), each.error]));
    const top = error ?? partitions.find((each) => each.error !== null)?.error ?? null;
    print(topLine(group, top));
    const rows = [
      ...lost.map((each) => ({ topic: each.topic, partition: null, error: each.error })),
      ...wanted.flatMap(({ topic, partitions: indexes }) =>
        indexes.map((partition) => ({
          ...{ topic, partition },
          error: error ?? told.get(partitionName({ topic, partition })) ?? null,
        })),
      ),
    ].map((row) => ({
      ...row,
      status: row.error === null ? 'Successful' : `Error: ${javaException(row.error)}`,
    }));
    const key = (row: { topic: string; partition: number | null }): string =>
      `${row.topic}${String(row.partition ?? -1)}`;
    print(lines.deletedLines(rows.sort((left, right) => (key(left) < key(right) ? -1 : 1))));
  }
}

function topLine(group: string, error: string | null): string {
  if (error === null) return `Request succeeded for deleting offsets from group ${group}.`;
  if (
    ['INVALID_GROUP_ID', 'GROUP_ID_NOT_FOUND', 'GROUP_AUTHORIZATION_FAILED', 'NON_EMPTY_GROUP'].includes(
      error,
    )
  )
    return `\nError: ${javaMessage(error)}`;
  if (
    ['GROUP_SUBSCRIBED_TO_TOPIC', 'TOPIC_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION'].includes(error)
  )
    return '\nError: Encountered some partition-level error, see the follow-up details.';
  return `\nError: Encountered some unknown error: ${error}`;
}

function partitionsOf({ assignment }: GroupMemberDescription): TopicPartition[] {
  return (assignment ?? []).flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

function byTopic(left: TopicPartition, right: TopicPartition): number {
  if (left.topic !== right.topic) return left.topic < right.topic ? -1 : 1;
  return left.partition - right.partition;
}
