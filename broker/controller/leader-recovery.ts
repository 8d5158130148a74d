/**
 * Finds a leader for partitions whose last in-sync replicas all restarted uncleanly (recovery-choice.ts says whom): asks
 * each of them where its log ends, and has the longest log elected. Lives while this node is the active controller.
 *
 * A member that is away or does not answer may be the one with the longest log, so nothing is decided without it; the
 * log says who is waited for. What was heard counts for the very registrations that were asked and the very state of
 * the partition: a broker that restarted since may have a shorter log, and is asked again. Where the disk of the only
 * replica in sync is gone nobody is waited for: the log says that somebody has to decide.
 */
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../protocol/messages/23-offset-for-leader-epoch.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import type { NodeAddress } from '../platform/transport.ts';
import type { Decide } from './command-rounds.ts';
import { ControllerUnavailable } from './controller-unavailable.ts';
import type { MetadataDelta, MetadataImage, PartitionImage } from './image.ts';
import { isActive, mayLead } from './leader-elections.ts';
import { NO_LEADER } from './metadata-record.ts';
import {
  choosablePartitions,
  chooseLongestLog,
  electRecovered,
  type LogEnd,
  logKey,
  type RecoverablePartition,
  recoverablePartitions,
  type RecoveryChoice,
} from './recovery-choice.ts';

export interface LeaderRecoveryOptions {
  readonly platform: Pick<Platform, 'timers' | 'transport'>;
  readonly logger: Logger;
  readonly nodeId: number;
  readonly image: () => MetadataImage;
  readonly addressOf: (brokerId: number) => NodeAddress | null;
  readonly run: (decide: Decide<number>) => Promise<number>;
}

const API = { request: offsetForLeaderEpochRequest, response: offsetForLeaderEpochResponse };
const VERSION = 4;
/** Who asks: nobody's follower, and answered by replicas that do not lead, too. */
const DEBUGGING_REPLICA = -2;
/** Later than every epoch: the answer is about the newest one in the log. */
const NEWEST_EPOCH = 2_147_483_647;
const ANY_LEADER_EPOCH = -1;
const TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** Partitions named in one line of the log. */
const MAX_NAMED = 10;

/** The broker's answers, by partition; they count while it has this epoch. */
interface Heard {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly ends: ReadonlyMap<string, LogEnd>;
}

export class LeaderRecovery {
  readonly #options: LeaderRecoveryOptions;
  #working = false;
  /** Something changed while an attempt was under way. */
  #again = false;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: CancelTimer | null = null;
  #saidToWaitFor = '';
  #saidLost = '';
  #stopped = false;

  constructor(options: LeaderRecoveryOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  changed(delta: MetadataDelta): void {
    const concerned =
      delta.changedBrokers.length > 0 ||
      delta.changedPartitions.some(({ partition }) => partition.leader === NO_LEADER);
    if (concerned) this.#look();
  }

  #look(): void {
    if (this.#stopped) return;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#sayWhoIsWaitedFor();
    this.#sayWhatNobodyMayLead();
    if (recoverablePartitions(this.#options.image()).length === 0) return;
    void this.#attempt();
  }

  async #attempt(): Promise<void> {
    this.#working = true;
    do {
      this.#again = false;
      const image = this.#options.image();
      const partitions = recoverablePartitions(image);
      const heard = await this.#askAll(partitions, image);
      if (this.#stopped) return;
      await this.#elect(partitions, heard);
    } while (this.#again && !this.#isStopped());
    this.#working = false;
    this.#retryLater();
  }

  /**
   * For an election at any price: the replica with the longest log of those that answer now, by logKey. The first replica may
   * be the one whose disk was replaced.
   */
  async longestLogs(asked: Parameters<typeof choosablePartitions>[0]): Promise<ReadonlyMap<string, number>> {
    const image = this.#options.image();
    const partitions = choosablePartitions(asked, image);
    const heard = await this.#askAll(partitions, image);
    const longest = new Map<string, number>();
    for (const { topicId, partition } of partitions) {
      const key = logKey(topicId, partition);
      const ends = heard.flatMap(({ ends: all }) => all.get(key) ?? []);
      const best = chooseLongestLog(
        ends.map(({ brokerId }) => brokerId),
        ends,
      );
      if (best !== null) longest.set(key, best);
    }
    return longest;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  #retryLater(): void {
    if (this.#stopped) return;
    if (recoverablePartitions(this.#options.image()).length === 0) {
      this.#retryMs = FIRST_RETRY_MS;
      return;
    }
    this.#cancelRetry = this.#options.platform.timers.after(this.#retryMs, () => {
      this.#cancelRetry = null;
      this.#look();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  async #elect(partitions: readonly RecoverablePartition[], heard: readonly Heard[]): Promise<void> {
    const choices = partitions.flatMap(({ topicId, partition, partitionEpoch, members }) => {
      const ends = heard.flatMap(({ ends: all }) => all.get(logKey(topicId, partition)) ?? []);
      const leader = chooseLongestLog(members, ends);
      return leader === null ? [] : [{ topicId, partition, partitionEpoch, leader, members }];
    });
    if (choices.length === 0) return;
    try {
      const elected = await this.#options.run((image) => {
        const sameLife = new Set(
          heard
            .filter(({ brokerId, brokerEpoch }) => image.brokers.get(brokerId)?.brokerEpoch === brokerEpoch)
            .map(({ brokerId }) => brokerId),
        );
        const valid: RecoveryChoice[] = choices.filter(({ members }) =>
          members.every((id) => sameLife.has(id) && isActive(id, image)),
        );
        return electRecovered(valid, image);
      });
      this.#options.logger.warn(
        `Elected the longest log as leader of ${String(elected)} partition(s) whose in-sync replicas had all restarted uncleanly.`,
      );
    } catch (error) {
      if (!(error instanceof ControllerUnavailable)) throw error;
      this.#options.logger.warn(`Could not elect recovered leaders: ${error.message}`);
    }
  }

  async #askAll(
    partitions: readonly RecoverablePartition[],
    image: MetadataImage,
  ): Promise<readonly Heard[]> {
    const byBroker = new Map<number, RecoverablePartition[]>();
    for (const partition of partitions) {
      for (const member of partition.members) {
        const asked = byBroker.get(member);
        if (asked === undefined) byBroker.set(member, [partition]);
        else asked.push(partition);
      }
    }
    const answers = await Promise.all(
      [...byBroker].map(([brokerId, asked]) => this.#ask(brokerId, asked, image)),
    );
    return answers.filter((answer) => answer !== null);
  }

  /** Null when the broker did not answer. */
  async #ask(
    brokerId: number,
    partitions: readonly RecoverablePartition[],
    image: MetadataImage,
  ): Promise<Heard | null> {
    const { platform, logger, nodeId, addressOf } = this.#options;
    const address = addressOf(brokerId);
    const brokerEpoch = image.brokers.get(brokerId)?.brokerEpoch;
    if (address === null || brokerEpoch === undefined) return null;
    try {
      const connection = await platform.transport.connect(address, {
        to: 'broker',
        clientId: `controller-${String(nodeId)}-recovery`,
        timeoutMs: TIMEOUT_MS,
      });
      try {
        const body = { replicaId: DEBUGGING_REPLICA, topics: topicsOf(partitions, image) };
        const { topics } = await connection.call(API, VERSION, body, TIMEOUT_MS);
        const ends = new Map<string, LogEnd>();
        for (const { topic, partitions: answered } of topics) {
          const topicId = image.topicsByName.get(topic)?.topicId ?? '';
          for (const { partition, errorCode, leaderEpoch, endOffset } of answered) {
            if (errorCode !== 0 || endOffset < 0n) continue;
            ends.set(logKey(topicId, partition), {
              brokerId,
              epoch: leaderEpoch,
              endOffset: Number(endOffset),
            });
          }
        }
        return { brokerId, brokerEpoch, ends };
      } finally {
        connection.close();
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn(
        `Broker ${String(brokerId)} did not say where its logs end, for ${String(partitions.length)} partition(s) that wait for a leader: ${reason}`,
      );
      return null;
    }
  }

  /** Says it again only when it has changed. */
  #sayWhoIsWaitedFor(): void {
    const image = this.#options.image();
    const byBroker = new Map<number, string[]>();
    for (const { name, partitions } of image.topicsById.values()) {
      for (const partition of partitions.values()) {
        for (const id of missingFor(partition, image)) {
          const waiting = byBroker.get(id) ?? [];
          waiting.push(`${name}-${String(partition.partition)}`);
          byBroker.set(id, waiting);
        }
      }
    }
    const sentences = [...byBroker].map(([id, names]) => `broker ${String(id)} (for ${someOf(names)})`);
    const text = sentences.join(', ');
    if (text === this.#saidToWaitFor) return;
    this.#saidToWaitFor = text;
    if (text === '') return;
    this.#options.logger.warn(
      `Partitions without a leader wait for ${text}: no other replica is sure to have all records.`,
    );
  }

  #sayWhatNobodyMayLead(): void {
    const names: string[] = [];
    for (const { name, partitions } of this.#options.image().topicsById.values()) {
      for (const partition of partitions.values()) {
        if (mayBeLedByNobody(partition)) names.push(`${name}-${String(partition.partition)}`);
      }
    }
    const text = someOf(names);
    if (text === this.#saidLost) return;
    this.#saidLost = text;
    if (text === '') return;
    this.#options.logger.warn(
      `Nobody may lead ${text}: the log directories of the only replica in sync were replaced, and no other replica is sure to have all records. Go on with what the others have by kafka-leader-election --election-type unclean.`,
    );
  }
}

function someOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? ` and ${String(names.length - MAX_NAMED)} more` : '';
  return `${names.slice(0, MAX_NAMED).join(', ')}${more}`;
}

/** The disk of its only replica in sync was replaced. */
function mayBeLedByNobody({ leader, isr, elr, lastKnownElr }: PartitionImage): boolean {
  return leader === NO_LEADER && isr.length + elr.length + lastKnownElr.length === 0;
}

/** Without whom a partition that has no leader cannot have one. */
function missingFor(partition: PartitionImage, image: MetadataImage): readonly number[] {
  const { leader, isr, elr, lastKnownElr } = partition;
  if (leader !== NO_LEADER) return [];
  const eligible = isr.length > 0 ? isr : elr;
  return (eligible.length > 0 ? eligible : lastKnownElr).filter((id) => !mayLead(id, partition, image));
}

function topicsOf(partitions: readonly RecoverablePartition[], image: MetadataImage) {
  const byTopic = new Map<string, number[]>();
  for (const { topicId, partition } of partitions) {
    const name = image.topicsById.get(topicId)?.name;
    if (name === undefined) continue;
    const indexes = byTopic.get(name);
    if (indexes === undefined) byTopic.set(name, [partition]);
    else indexes.push(partition);
  }
  return [...byTopic].map(([topic, indexes]) => ({
    topic,
    partitions: indexes.map((partition) => ({
      ...{ partition, leaderEpoch: NEWEST_EPOCH, currentLeaderEpoch: ANY_LEADER_EPOCH },
    })),
  }));
}
