/**
 * One collection round: asks a cluster what its plan says, at least one request and four per broker, and gathers the answers.
 *
 * Order matters: committed offsets of ALL groups are asked first and end offsets after that, so a lag can be too large by
 * what was produced in between, but never wrongly negative. The last stable offset is asked after the end offset and
 * cut to it, so that a partition without open transactions never looks as if it had one.
 *
 * What one broker does not answer is missing and named in `failures`; only when the metadata cannot be had does the round
 * fail as a whole. Nothing here is turned into a 0.
 */
import type { MissingMetric } from '../contracts/brokers.ts';
import type { BrokerReading } from '../metrics-source/broker-reading.ts';
import type { PartitionNumbers } from '../model/partition-numbers.ts';
import {
  partitionKey,
  type CannotTell,
  type PartFailure,
  type QuorumSnapshot,
  type SlowBeat,
} from '../model/snapshot.ts';
import { Gathering, reasonOf, type ReadTimes, type RoundPatience } from './gathering.ts';
import {
  describedGroupTypes,
  type ClusterMetadata,
  type DescribedGroup,
  type GroupOffsets,
  type KafkaReader,
  type ListedGroup,
  type ListedPartition,
  type LogDir,
  type OffsetKind,
  type PartitionsByTopic,
} from './kafka-reader.ts';
import { askTopicSettings, type TopicSettingsAnswers, type TopicSettingsMemory } from './topic-settings.ts';
import type { BrokerBeats, BrokerPlan, RoundPlan } from './plan-round.ts';

export interface RoundAnswers {
  readonly metadata: ClusterMetadata;
  /** The active controller; null while there is none. */
  readonly controllerId: number | null;
  /** When the quorum was asked for it; null when it has not been. */
  readonly quorumAtMs: number | null;
  readonly hasQuorum: boolean;
  readonly quorum: QuorumSnapshot | null;
  readonly reachable: ReadonlySet<number>;
  /** Brokers whose groups are not known in this round. */
  readonly groupsUnknownOn: ReadonlySet<number>;
  readonly groups: ReadonlyMap<string, { readonly listed: ListedGroup; readonly coordinator: number }>;
  readonly described: ReadonlyMap<string, DescribedGroup>;
  readonly committed: ReadonlyMap<string, GroupOffsets>;
  readonly committedAtMs: number;
  /** By coordinator. */
  readonly committedTimes: ReadTimes;
  readonly offsets: Readonly<Record<OffsetKind, PartitionNumbers>>;
  readonly offsetsAtMs: number;
  /** By leader. */
  readonly offsetTimes: Readonly<Record<OffsetKind, ReadTimes>>;
  readonly logDirs: ReadonlyMap<number, { readonly atMs: number; readonly dirs: readonly LogDir[] }>;
  readonly metrics: ReadonlyMap<number, BrokerReading>;
  /** Why a broker that has an address for its metrics has no reading. */
  readonly unreadMetrics: ReadonlyMap<number, MissingMetric>;
  readonly topicSettings: TopicSettingsAnswers;
  /** What was asked beyond the lag round, for whoever remembers it. */
  readonly beats: ReadonlyMap<number, BrokerBeats>;
  readonly beatsAsked: ReadonlySet<SlowBeat>;
  readonly failures: readonly PartFailure[];
  readonly cannotTell: readonly CannotTell[];
}

/** What earlier rounds were told, as far as this one does not ask again. */
export interface EarlierAnswers {
  readonly beats: ReadonlyMap<number, BrokerBeats>;
  readonly controllerId: number | null;
  readonly quorumAtMs: number | null;
  /** Whether the cluster has a quorum that tells us its leader. */
  readonly hasQuorum: boolean;
  readonly quorum: QuorumSnapshot | null;
  readonly topicSettings: TopicSettingsMemory;
}

export interface RoundSources {
  readonly reader: KafkaReader;
  /** Null: this broker has no metrics port that we know of. */
  readonly readMetrics: (brokerId: number, host: string) => Promise<BrokerReading> | null;
  readonly nowMs: () => number;
  /** A broker that hangs must not hold up what is learned of the others; null waits as long as the reader does. */
  readonly patience: RoundPatience | null;
  readonly planOf: (metadata: ClusterMetadata) => RoundPlan;
  readonly earlier: EarlierAnswers;
}

/** Rejects only when no broker answered the Metadata request. */
export async function gatherRound(sources: RoundSources): Promise<RoundAnswers> {
  const { reader, readMetrics, nowMs, patience, planOf, earlier } = sources;
  const metadata = await reader.metadata();
  const plan = planOf(metadata);
  const gathering = new Gathering(patience, nowMs);
  const controllerAsked = plan.quorum ? askController(sources, metadata, gathering) : null;
  const settingsAsked = askTopicSettings(plan.topicSettings, earlier.topicSettings, sources, gathering);
  for (const { name, error } of metadata.topics) if (error !== null) gathering.fail('topic', name, error);
  const metricsRead = Promise.all(
    metadata.brokers
      .filter(({ id }) => plan.brokers.has(id))
      .map(({ id, host }) => gatherMetrics(id, () => readMetrics(id, host), gathering)),
  );
  await Promise.all([...plan.brokers].flatMap(([id, each]) => gatherFirst(id, each, reader, gathering)));
  const committedAtMs = nowMs();
  await Promise.all(
    [...plan.brokers]
      .filter(([id]) => gathering.reachable.has(id))
      .map(([id, each]) => gatherEnds(id, each, reader, gathering)),
  );
  const offsetsAtMs = nowMs();
  await metricsRead;
  const silent = [...plan.brokers.keys()].filter((id) => !gathering.reachable.has(id));
  // Whoever fell silent may have been the controller, or a voter too many.
  const isInDoubt = controllerAsked === null && silent.length > 0;
  const told = await (isInDoubt ? askController(sources, metadata, gathering) : controllerAsked);
  const controller = told ?? controllerOf(metadata, earlier);
  for (const id of silent) markUnreachable(id, gathering);
  repeatRefusals(earlier.beats, gathering);
  const topicSettings = await settingsAsked;
  const { reachable, groupsUnknownOn, groups, described, committed, committedTimes } = gathering;
  const { offsets, offsetTimes, logDirs, metrics, unreadMetrics, failures } = gathering;
  return {
    metadata: controller.controllerId === null ? withoutSilent(metadata, reachable) : metadata,
    ...controller,
    ...{ reachable, groupsUnknownOn, groups, described, committed, committedAtMs, committedTimes },
    ...{ offsets, offsetsAtMs, offsetTimes, logDirs, metrics, unreadMetrics, topicSettings, failures },
    beats: gathering.beatsOf(earlier.beats),
    beatsAsked: beatsAsked(gathering, told !== null, topicSettings.isTurn),
    cannotTell: await reader.cannotTell().catch(() => []),
  };
}

function beatsAsked(
  { beats }: Gathering,
  isQuorumAsked: boolean,
  areTopicConfigsAsked: boolean,
): ReadonlySet<SlowBeat> {
  const asked = new Set<SlowBeat>(isQuorumAsked ? ['quorum'] : []);
  if (areTopicConfigsAsked) asked.add('topicConfigs');
  for (const { lastStable, logDirs, earliest } of beats.values()) {
    if (lastStable !== undefined) asked.add('lastStable');
    if (logDirs !== undefined) asked.add('logDirs');
    if (earliest !== undefined) asked.add('earliest');
  }
  return asked;
}

type Controller = Pick<RoundAnswers, 'controllerId' | 'quorumAtMs' | 'hasQuorum' | 'quorum'>;

/** Who it was when the quorum was last asked; without a quorum, whom the metadata names. */
function controllerOf(metadata: ClusterMetadata, earlier: EarlierAnswers): Controller {
  const { controllerId, quorumAtMs, hasQuorum, quorum } = earlier;
  return { controllerId: hasQuorum ? controllerId : metadata.controllerId, quorumAtMs, hasQuorum, quorum };
}

/** A quorum that cannot be asked has no leader that anybody could use. Asked again in the next round then. */
async function askController(
  { reader, nowMs }: RoundSources,
  metadata: ClusterMetadata,
  gathering: Gathering,
): Promise<Controller> {
  try {
    const told = await gathering.inTimeOfAny(reader.quorum());
    const atMs = nowMs();
    if (told === null)
      return { controllerId: metadata.controllerId, quorumAtMs: atMs, hasQuorum: false, quorum: null };
    const { leaderId } = told;
    const quorumAtMs = leaderId === null ? null : atMs;
    return { controllerId: leaderId, quorumAtMs, hasQuorum: true, quorum: { atMs, ...told } };
  } catch (error) {
    gathering.fail('quorum', 'leader', reasonOf(error));
    return { controllerId: null, quorumAtMs: null, hasQuorum: true, quorum: null };
  }
}

/**
 * Without a controller nobody decides who leads and who is in sync: brokers go on telling what was decided last, with the dead
 * among the leaders. Whoever does not answer then leads nothing and is not in sync.
 */
function withoutSilent(metadata: ClusterMetadata, reachable: ReadonlySet<number>): ClusterMetadata {
  const standing = (partition: ListedPartition): ListedPartition => ({
    ...partition,
    leader: partition.leader !== null && reachable.has(partition.leader) ? partition.leader : null,
    isr: partition.isr.filter((id) => reachable.has(id)),
  });
  return {
    ...metadata,
    topics: metadata.topics.map((topic) => ({ ...topic, partitions: topic.partitions.map(standing) })),
  };
}

/** One finding per dead broker instead of one per request that it did not answer. */
function markUnreachable(brokerId: number, gathering: Gathering): void {
  const name = String(brokerId);
  const first = gathering.failures.find((failure) => failure.name === name && failure.part !== 'metrics');
  const others = gathering.failures.filter((failure) => failure.name !== name);
  gathering.failures.length = 0;
  gathering.failures.push({ part: 'broker', name, reason: first?.reason ?? 'did not answer' }, ...others);
}

/** What was refused on its beat stays refused until it is asked again: a finding must not come and go with the beats. */
function repeatRefusals(earlier: ReadonlyMap<number, BrokerBeats>, gathering: Gathering): void {
  for (const [id, beats] of earlier) {
    if (!gathering.reachable.has(id)) continue;
    const asked = gathering.beats.get(id) ?? {};
    for (const beat of ['logDirs', 'earliest', 'lastStable'] as const) {
      const refusal = beats[beat]?.refusal ?? null;
      if (refusal === null || asked[beat] !== undefined) continue;
      gathering.fail(beat === 'logDirs' ? 'logDirs' : 'offsets', String(id), refusal);
    }
  }
}

function gatherFirst(
  id: number,
  { earliest, led, logDirs }: BrokerPlan,
  reader: KafkaReader,
  gathering: Gathering,
): Promise<void>[] {
  return [
    gatherGroups(id, reader, gathering),
    ...(logDirs ? [gatherLogDirs(id, reader, gathering)] : []),
    ...(earliest.size === 0 ? [] : [gatherStarts(id, earliest, earliest === led, reader, gathering)]),
  ];
}

async function gatherGroups(brokerId: number, reader: KafkaReader, gathering: Gathering): Promise<void> {
  const listed = await gathering.ask(brokerId, 'coordinator', reader.listGroups(brokerId));
  if (listed === null) {
    gathering.groupsUnknownOn.add(brokerId);
    return;
  }
  const idsByType = new Map<string, string[]>();
  const committing: string[] = [];
  for (const group of listed) {
    gathering.groups.set(group.id, { listed: group, coordinator: brokerId });
    const type = groupTypeOf(group);
    const ids = idsByType.get(type);
    if (ids === undefined) idsByType.set(type, [group.id]);
    else ids.push(group.id);
    if (type !== 'share') committing.push(group.id);
  }
  await Promise.all([
    ...describedGroupTypes.map((type) =>
      gatherDescriptions(brokerId, () => reader.describeGroups(brokerId, type, idsByType.get(type) ?? []), {
        ids: idsByType.get(type) ?? [],
        gathering,
      }),
    ),
    gatherCommitted(brokerId, committing, (ids) => reader.committedOffsets(brokerId, ids), gathering),
    gatherCommitted(
      brokerId,
      idsByType.get('share') ?? [],
      (ids) => reader.shareOffsets(brokerId, ids),
      gathering,
    ),
  ]);
}

/** Brokers before ListGroups version 5 name no type: all their groups are classic ones. */
export function groupTypeOf({ type }: Pick<ListedGroup, 'type'>): string {
  return type === null || type === '' ? 'classic' : type.toLowerCase();
}

/** A group that cannot be described still has its offsets. */
async function gatherDescriptions(
  brokerId: number,
  describe: () => Promise<readonly DescribedGroup[]>,
  { ids, gathering }: { readonly ids: readonly string[]; readonly gathering: Gathering },
): Promise<void> {
  if (ids.length === 0) return;
  for (const group of (await gathering.ask(brokerId, 'coordinator', describe())) ?? []) {
    if (group.error === null) gathering.described.set(group.id, group);
    else gathering.fail('group', group.id, group.error);
  }
}

async function gatherCommitted(
  brokerId: number,
  ids: readonly string[],
  fetch: (ids: readonly string[]) => Promise<readonly GroupOffsets[]>,
  gathering: Gathering,
): Promise<void> {
  if (ids.length === 0) return;
  for (const group of (await gathering.ask(brokerId, 'coordinator', fetch(ids))) ?? []) {
    if (group.error === null) gathering.committed.set(group.id, group);
    else gathering.fail('group', group.id, group.error);
  }
  gathering.committedNow(brokerId);
}

async function gatherLogDirs(brokerId: number, reader: KafkaReader, gathering: Gathering): Promise<void> {
  const dirs = await gathering.askOnBeat(brokerId, 'logDirs', 'logDirs', reader.describeLogDirs(brokerId));
  if (dirs !== null) gathering.keepLogDirs(brokerId, dirs);
}

/** Starts of new partitions alone are no turn of the beat. */
async function gatherStarts(
  brokerId: number,
  partitions: PartitionsByTopic,
  isWhole: boolean,
  reader: KafkaReader,
  gathering: Gathering,
): Promise<void> {
  const asked = reader.listOffsets(brokerId, partitions, 'earliest');
  const answer = isWhole
    ? await gathering.askOnBeat(brokerId, 'earliest', 'offsets', asked)
    : await gathering.ask(brokerId, 'offsets', asked);
  if (answer !== null) gathering.keepOffsets(brokerId, 'earliest', answer, () => undefined);
}

async function gatherEnds(
  brokerId: number,
  { led, lastStable }: BrokerPlan,
  reader: KafkaReader,
  gathering: Gathering,
): Promise<void> {
  if (led.size === 0) return;
  const ends = await gathering.ask(brokerId, 'offsets', reader.listOffsets(brokerId, led, 'latest'));
  if (ends === null) return;
  gathering.keepOffsets(brokerId, 'latest', ends, ({ topic, partition }, error) =>
    gathering.fail('partition', partitionKey(topic, partition), error),
  );
  if (!lastStable) return;
  const asked = reader.listOffsets(brokerId, led, 'lastStable');
  const stable = await gathering.askOnBeat(brokerId, 'lastStable', 'offsets', asked);
  if (stable !== null) gathering.keepOffsets(brokerId, 'lastStable', stable, () => undefined);
}

async function gatherMetrics(
  brokerId: number,
  read: () => Promise<BrokerReading> | null,
  gathering: Gathering,
): Promise<void> {
  try {
    const asked = read();
    const reading = asked === null ? null : await gathering.inTime(brokerId, asked);
    if (reading !== null) gathering.metrics.set(brokerId, reading);
  } catch (error) {
    gathering.failMetrics(brokerId, error);
  }
}
