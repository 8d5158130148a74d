/**
 * One collection round: asks a cluster everything with two requests and at most eight per broker, and gathers the answers.
 *
 * Order matters: committed offsets of ALL groups are asked first and end offsets after that, so a lag can be too large by
 * what was produced in between, but never wrongly negative. The last stable offset is asked after the end offset and
 * cut to it, so that a partition without open transactions never looks as if it had one.
 *
 * What one broker does not answer is missing and named in `failures`; only when the metadata cannot be had does the round
 * fail as a whole. Nothing here is turned into a 0.
 */
import type { BrokerReading } from '../metrics-source/broker-reading.ts';
import { partitionKey, type PartFailure } from '../model/snapshot.ts';
import type { CollectorClock } from './collector-clock.ts';
import type {
  ClusterMetadata,
  DescribedGroup,
  GroupOffsets,
  KafkaReader,
  ListedGroup,
  ListedOffset,
  ListedPartition,
  LogDir,
  OffsetKind,
  PartitionsByTopic,
} from './kafka-reader.ts';

export interface RoundAnswers {
  readonly metadata: ClusterMetadata;
  /** The active controller; null while there is none. */
  readonly controllerId: number | null;
  readonly reachable: ReadonlySet<number>;
  /** Brokers whose groups are not known in this round. */
  readonly groupsUnknownOn: ReadonlySet<number>;
  readonly groups: ReadonlyMap<string, { readonly listed: ListedGroup; readonly coordinator: number }>;
  readonly described: ReadonlyMap<string, DescribedGroup>;
  readonly committed: ReadonlyMap<string, GroupOffsets>;
  readonly committedAtMs: number;
  readonly offsets: Readonly<Record<OffsetKind, ReadonlyMap<string, number>>>;
  readonly offsetsAtMs: number;
  readonly logDirs: ReadonlyMap<number, readonly LogDir[]>;
  readonly metrics: ReadonlyMap<number, BrokerReading>;
  readonly failures: readonly PartFailure[];
}

export interface RoundSources {
  readonly reader: KafkaReader;
  /** Null: this broker has no metrics port that we know of. */
  readonly readMetrics: (brokerId: number) => Promise<BrokerReading> | null;
  readonly nowMs: () => number;
  /** A broker that hangs must not hold up what is learned of the others; null waits as long as the reader does. */
  readonly patience: RoundPatience | null;
}

export interface RoundPatience {
  /** How long one question to this broker may take. */
  readonly waitMs: (brokerId: number) => number;
  readonly after: CollectorClock['after'];
}

function withinPatience<Answer>(
  request: Promise<Answer>,
  waitMs: number,
  after: CollectorClock['after'],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = after(waitMs, () => reject(new Error(`no answer within ${String(waitMs / 1_000)} s`)));
    request.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** A list of failures stays readable and small, however much of a cluster is gone. */
const FAILURES_MAX = 200;
/** Stands for whichever broker is asked. */
const ANY_BROKER = -1;

class Gathering {
  readonly #patience: RoundPatience | null;
  readonly reachable = new Set<number>();
  readonly groupsUnknownOn = new Set<number>();
  readonly groups = new Map<string, { listed: ListedGroup; coordinator: number }>();
  readonly described = new Map<string, DescribedGroup>();
  readonly committed = new Map<string, GroupOffsets>();
  readonly offsets: Record<OffsetKind, Map<string, number>> = {
    earliest: new Map(),
    latest: new Map(),
    lastStable: new Map(),
  };
  readonly logDirs = new Map<number, readonly LogDir[]>();
  readonly metrics = new Map<number, BrokerReading>();
  readonly failures: PartFailure[] = [];

  constructor(patience: RoundPatience | null) {
    this.#patience = patience;
  }

  fail(part: PartFailure['part'], name: string, reason: string): void {
    if (this.failures.length < FAILURES_MAX) this.failures.push({ part, name, reason });
  }

  inTime<Answer>(brokerId: number, request: Promise<Answer>): Promise<Answer> {
    const patience = this.#patience;
    return patience === null ? request : withinPatience(request, patience.waitMs(brokerId), patience.after);
  }

  /** Runs one request; a rejection becomes a failure and null. */
  async ask<Answer>(
    brokerId: number,
    part: PartFailure['part'],
    request: Promise<Answer>,
  ): Promise<Answer | null> {
    try {
      const answer = await this.inTime(brokerId, request);
      this.reachable.add(brokerId);
      return answer;
    } catch (error) {
      this.fail(part, String(brokerId), reasonOf(error));
      return null;
    }
  }
}

/** Rejects only when no broker answered the Metadata request. */
export async function gatherRound({
  reader,
  readMetrics,
  nowMs,
  patience,
}: RoundSources): Promise<RoundAnswers> {
  const metadata = await reader.metadata();
  const gathering = new Gathering(patience);
  const controllerAsked = gatherController(reader, metadata, gathering);
  const brokerIds = metadata.brokers.map((broker) => broker.id);
  const led = partitionsByLeader(metadata, gathering);

  const metricsRead = Promise.all(brokerIds.map((id) => gatherMetrics(id, readMetrics, gathering)));
  await Promise.all(
    brokerIds.flatMap((id) => [
      gatherGroups(id, reader, gathering),
      gatherLogDirs(id, reader, gathering),
      gatherOffsets(id, led.get(id), 'earliest', reader, gathering),
    ]),
  );
  const committedAtMs = nowMs();
  await Promise.all(
    brokerIds
      .filter((id) => gathering.reachable.has(id))
      .map(async (id) => {
        await gatherOffsets(id, led.get(id), 'latest', reader, gathering);
        await gatherOffsets(id, led.get(id), 'lastStable', reader, gathering);
      }),
  );
  const offsetsAtMs = nowMs();
  await metricsRead;
  const controllerId = await controllerAsked;
  for (const id of brokerIds) {
    if (!gathering.reachable.has(id)) markUnreachable(id, gathering);
  }
  const { reachable, groupsUnknownOn, groups, described, committed, offsets, logDirs, metrics, failures } =
    gathering;
  return {
    metadata: controllerId === null ? withoutSilent(metadata, reachable) : metadata,
    ...{ controllerId, reachable, groupsUnknownOn, groups, described, committed },
    ...{ committedAtMs, offsets, offsetsAtMs, logDirs, metrics, failures },
  };
}

/** A quorum that cannot be asked has no leader that anybody could use. */
async function gatherController(
  reader: KafkaReader,
  metadata: ClusterMetadata,
  gathering: Gathering,
): Promise<number | null> {
  try {
    const quorum = await gathering.inTime(ANY_BROKER, reader.quorum());
    return quorum === null ? metadata.controllerId : quorum.leaderId;
  } catch (error) {
    gathering.fail('quorum', 'leader', reasonOf(error));
    return null;
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

function partitionsByLeader(metadata: ClusterMetadata, gathering: Gathering): Map<number, PartitionsByTopic> {
  const led = new Map<number, Map<string, number[]>>();
  for (const topic of metadata.topics) {
    if (topic.error !== null) gathering.fail('topic', topic.name, topic.error);
    for (const { partition, leader } of topic.partitions) {
      if (leader === null) continue;
      let topics = led.get(leader);
      if (topics === undefined) {
        topics = new Map<string, number[]>();
        led.set(leader, topics);
      }
      const partitions = topics.get(topic.name);
      if (partitions === undefined) topics.set(topic.name, [partition]);
      else partitions.push(partition);
    }
  }
  return led;
}

async function gatherGroups(brokerId: number, reader: KafkaReader, gathering: Gathering): Promise<void> {
  const listed = await gathering.ask(brokerId, 'coordinator', reader.listGroups(brokerId));
  if (listed === null) {
    gathering.groupsUnknownOn.add(brokerId);
    return;
  }
  for (const group of listed) gathering.groups.set(group.id, { listed: group, coordinator: brokerId });
  const ids = listed.map((group) => group.id);
  const classic = listed.filter((group) => isClassic(group.type)).map((group) => group.id);
  if (ids.length === 0) return;
  const [described, committed] = await Promise.all([
    classic.length === 0
      ? Promise.resolve([])
      : gathering.ask(brokerId, 'coordinator', reader.describeGroups(brokerId, classic)),
    gathering.ask(brokerId, 'coordinator', reader.committedOffsets(brokerId, ids)),
  ]);
  for (const group of described ?? []) {
    if (group.error === null) gathering.described.set(group.id, group);
    else gathering.fail('group', group.id, group.error);
  }
  for (const group of committed ?? []) {
    if (group.error === null) gathering.committed.set(group.id, group);
    else gathering.fail('group', group.id, group.error);
  }
}

/** Brokers before ListGroups version 5 name no type: all their groups are classic ones. */
function isClassic(type: string | null): boolean {
  return type === null || type === '' || type.toLowerCase() === 'classic';
}

async function gatherLogDirs(brokerId: number, reader: KafkaReader, gathering: Gathering): Promise<void> {
  const dirs = await gathering.ask(brokerId, 'logDirs', reader.describeLogDirs(brokerId));
  if (dirs === null) return;
  gathering.logDirs.set(brokerId, dirs);
  for (const { path, error } of dirs) {
    if (error !== null) gathering.fail('logDirs', `${String(brokerId)}:${path}`, error);
  }
}

async function gatherOffsets(
  brokerId: number,
  partitions: PartitionsByTopic | undefined,
  kind: OffsetKind,
  reader: KafkaReader,
  gathering: Gathering,
): Promise<void> {
  if (partitions === undefined) return;
  const answer = await gathering.ask(brokerId, 'offsets', reader.listOffsets(brokerId, partitions, kind));
  for (const item of answer ?? []) keepOffset(item, kind, gathering);
}

function keepOffset(item: ListedOffset, kind: OffsetKind, gathering: Gathering): void {
  const key = partitionKey(item.topic, item.partition);
  if (item.error !== null) {
    if (kind === 'latest') gathering.fail('partition', key, item.error);
  } else if (item.offset !== null && item.offset >= 0) {
    const end = kind === 'lastStable' ? (gathering.offsets.latest.get(key) ?? item.offset) : item.offset;
    gathering.offsets[kind].set(key, Math.min(item.offset, end));
  }
}

async function gatherMetrics(
  brokerId: number,
  readMetrics: RoundSources['readMetrics'],
  gathering: Gathering,
): Promise<void> {
  try {
    const asked = readMetrics(brokerId);
    const reading = asked === null ? null : await gathering.inTime(brokerId, asked);
    if (reading !== null) gathering.metrics.set(brokerId, reading);
  } catch (error) {
    gathering.fail('metrics', String(brokerId), reasonOf(error));
  }
}

/** One line for a person; the cause of a failed fetch says more than "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  const { cause } = error;
  const message =
    cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
  return message.replace(/\s+/g, ' ').slice(0, 300);
}
