/** `--reset-offsets`: which partitions of a group, and to what offset each. What is outside of its log is brought to its nearer end. */
import { fetchClusterMetadata, type TopicDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import { fetchCommitted } from '../../kafka-client/admin/fetch-group-offsets.ts';
import type { OffsetSpec } from '../../kafka-client/admin/list-offsets.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { CommandError } from '../command-error.ts';
import { offsetsOf, partitionName, type TopicPartition } from '../kafka-tool/partition-offsets.ts';
import { UsageProblem } from '../kafka-tool/tool-flags.ts';
import type { ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import { partitionMapOrder } from '../kafka-topics/java-order.ts';
import { onlyLong, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { coordinatorOf } from './group-facts.ts';
import { SCENARIOS } from './group-options.ts';
import { javaException } from './java-errors.ts';
import {
  parseDateTime,
  parseDuration,
  parsePlan,
  parseTopicArgument,
  type PlannedOffset,
} from './reset-plan.ts';

export class GroupReset {
  readonly #cluster: KafkaCluster;
  readonly #flags: KafkaFlags;
  readonly #surroundings: Pick<ToolSurroundings, 'print' | 'say' | 'readText'>;
  #topics: readonly TopicDescription[] = [];

  constructor(
    cluster: KafkaCluster,
    flags: KafkaFlags,
    surroundings: Pick<ToolSurroundings, 'print' | 'say' | 'readText'>,
  ) {
    this.#cluster = cluster;
    this.#flags = flags;
    this.#surroundings = surroundings;
  }

  /** In the order in which Kafka's tool prints them. @throws CommandError, UsageProblem */
  async planFor(group: string): Promise<PlannedOffset[]> {
    const scenario = SCENARIOS.find((name) => this.#flags.has(name));
    const committed = new Map(
      (await this.#committed(group)).map((each) => [partitionName(each), each.offset]),
    );
    const partitions = await this.#partitionsFor(group);
    if (scenario === undefined)
      throw new UsageProblem(
        `Option '[reset-offsets]' requires one of the following scenarios: [${SCENARIOS.map((name) => `[${name}]`).join(', ')}]`,
      );
    const file = scenario === 'from-file' ? this.#fromFile(group) : null;
    await this.#checkExist(file ?? partitions);
    return partitionMapOrder(await this.#offsets(scenario, file ?? partitions, committed));
  }

  async #committed(group: string) {
    const coordinator = await coordinatorOf(this.#cluster, group);
    const { error, committed } = await fetchCommitted(this.#cluster, coordinator, group);
    if (error !== null && error !== 'GROUP_ID_NOT_FOUND') throw new CommandError(javaException(error));
    return committed;
  }

  async #partitionsFor(group: string): Promise<TopicPartition[]> {
    if (this.#flags.has('all-topics')) return [...(await this.#committed(group))];
    const named = (this.#flags.get('topic') ?? []).map(parseTopicArgument);
    if (named.length === 0 && !this.#flags.has('from-file'))
      throw new UsageProblem('One of the reset scopes should be defined: --all-topics, --topic.');
    const whole = named.filter(({ partitions }) => partitions === null).map(({ topic }) => topic);
    const known = whole.length === 0 ? [] : (await fetchClusterMetadata(this.#cluster, whole)).topics;
    const lost = known.find(({ error }) => error !== null);
    if (lost?.error != null) throw new CommandError(javaException(lost.error));
    return named.flatMap(({ topic, partitions }) => {
      const all = known.find(({ name }) => name === topic)?.partitions.map(({ partition }) => partition);
      return (partitions ?? all ?? []).map((partition) => ({ topic, partition }));
    });
  }

  #fromFile(group: string): PlannedOffset[] {
    const text = this.#surroundings.readText(onlyValue(this.#flags, 'from-file') ?? '');
    const plan = parsePlan(text, this.#flags.get('group') ?? []).get(group);
    if (plan === undefined) throw new CommandError(`No reset plan for group ${group} found`);
    return plan;
  }

  async #checkExist(partitions: readonly TopicPartition[]): Promise<void> {
    const names = [...new Set(partitions.map(({ topic }) => topic))];
    this.#topics = names.length === 0 ? [] : (await fetchClusterMetadata(this.#cluster, names)).topics;
    const leaders = new Map(
      this.#topics.flatMap(({ name, partitions: all }) =>
        all.map(({ partition, leader }) => [partitionName({ topic: name, partition }), leader] as const),
      ),
    );
    const wanted = partitions.map(partitionName);
    const missing = wanted.filter((name) => !leaders.has(name));
    if (missing.length > 0) throw new CommandError(`The partitions "${missing.join(',')}" do not exist`);
    const headless = wanted.filter((name) => leaders.get(name) === null);
    if (headless.length > 0) throw new CommandError(`The partitions "${headless.join(',')}" have no leader`);
  }

  async #offsets(
    scenario: (typeof SCENARIOS)[number],
    partitions: readonly (TopicPartition & { readonly offset?: number })[],
    committed: ReadonlyMap<string, number>,
  ): Promise<PlannedOffset[]> {
    switch (scenario) {
      case 'to-earliest':
        return this.#listed(partitions, 'earliest', 'starting');
      case 'to-latest':
        return this.#listed(partitions, 'latest', 'ending');
      case 'to-datetime':
        return this.#byTime(partitions, parseDateTime(onlyValue(this.#flags, scenario) ?? ''));
      case 'by-duration': {
        const duration = parseDuration(onlyValue(this.#flags, scenario) ?? '');
        return this.#byTime(partitions, Date.now() - duration);
      }
      case 'to-current': {
        const without = partitions.filter((each) => !committed.has(partitionName(each)));
        const ends = await this.#listed(without, 'latest', 'ending');
        const kept = partitions.flatMap(({ topic, partition }) => {
          const offset = committed.get(partitionName({ topic, partition }));
          return offset === undefined ? [] : [{ topic, partition, offset }];
        });
        return [...kept, ...ends];
      }
      case 'to-offset': {
        const offset = onlyLong(this.#flags, scenario, 0);
        return this.#inRange(partitions.map((each) => ({ ...each, offset })));
      }
      case 'shift-by': {
        const by = onlyLong(this.#flags, scenario, 0);
        return this.#inRange(
          partitions.map((each) => {
            const from = committed.get(partitionName(each));
            if (from !== undefined) return { ...each, offset: from + by };
            throw new UsageProblem(
              `Cannot shift offset for partition ${partitionName(each)} since there is no current committed offset`,
            );
          }),
        );
      }
      case 'from-file':
        return this.#inRange(partitions.map((each) => ({ ...each, offset: each.offset ?? 0 })));
    }
  }

  async #listed(
    partitions: readonly TopicPartition[],
    spec: OffsetSpec,
    which: string,
  ): Promise<PlannedOffset[]> {
    const listed = await offsetsOf(this.#cluster, this.#topics, partitions, spec);
    return partitions.map(({ topic, partition }) => {
      const offset = listed.get(partitionName({ topic, partition }))?.offset ?? null;
      if (offset !== null) return { topic, partition, offset };
      const name = partitionName({ topic, partition });
      throw new CommandError(`Error getting ${which} offset of topic partition: ${name}`);
    });
  }

  /** Where no record is so young, behind the last one. */
  async #byTime(partitions: readonly TopicPartition[], timestampMs: number): Promise<PlannedOffset[]> {
    const listed = await offsetsOf(this.#cluster, this.#topics, partitions, { timestampMs });
    const found: PlannedOffset[] = [];
    const open: TopicPartition[] = [];
    for (const { topic, partition } of partitions) {
      const offset = listed.get(partitionName({ topic, partition }))?.offset ?? null;
      if (offset === null) open.push({ topic, partition });
      else found.push({ topic, partition, offset });
    }
    for (const { topic, partition } of open)
      this.#surroundings.print(
        `\nWarn: Partition ${String(partition)} from topic ${topic} is empty. Falling back to latest known offset.`,
      );
    return [...found, ...(await this.#listed(open, 'latest', 'ending'))];
  }

  async #inRange(wanted: readonly PlannedOffset[]): Promise<PlannedOffset[]> {
    const starts = await this.#listed(wanted, 'earliest', 'starting');
    const ends = await this.#listed(wanted, 'latest', 'ending');
    return wanted.map(({ topic, partition, offset }, index) => {
      const [start, end] = [starts[index]?.offset ?? 0, ends[index]?.offset ?? 0];
      const set = Math.max(start, Math.min(end, offset));
      const which = offset > end ? 'higher than latest' : 'lower than earliest';
      if (set !== offset)
        this.#surroundings.say(
          `WARN New offset (${String(offset)}) is ${which} offset for topic partition ${partitionName({ topic, partition })}. Value will be set to ${String(set)}`,
        );
      return { topic, partition, offset: set };
    });
  }
}
