/** What the tests of this folder share: a follower with its logs on a memory machine, and scripted leaders around it. */
import { batchOf, openLog, readAll, RememberingLogger } from '../../log/log-test-kit.ts';
import type { LogConfig } from '../../log/log-config.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { MemoryNetwork } from '../../platform/memory/memory-network.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { MemoryTime, SeededRandom, settle } from '../../platform/memory/memory-time.ts';
import { LocalPartition } from '../local-partition.ts';
import { PartitionState } from '../partition-state.ts';
import type { ReplicationThrottle } from '../throttle.ts';
import { FollowerFetchers, type FollowerFetchersOptions } from './follower-fetchers.ts';
import { ScriptedLeader, TOPIC_ID } from './scripted-leader.ts';

export const FOLLOWER = 9;
const T0 = 1_767_225_600_000;

export class FollowerBench {
  readonly time = new MemoryTime(T0);
  readonly network: MemoryNetwork;
  readonly platform: MemoryPlatform;
  readonly logger = new RememberingLogger();
  readonly fetchers: FollowerFetchers;
  readonly leaders = new Map<number, ScriptedLeader>();
  readonly locals = new Map<number, LocalPartition>();
  readonly cuts: number[] = [];
  replicatedBytes = 0;
  /** By how much a cut is held up. */
  cutting: Promise<void> | undefined;

  constructor(
    options: Partial<Omit<FollowerFetchersOptions, 'throttle'>> & {
      seed?: number;
      throttle?: (clock: MemoryTime) => ReplicationThrottle;
    } = {},
  ) {
    const { seed = 1, throttle, ...rest } = options;
    this.network = new MemoryNetwork({ time: this.time, random: new SeededRandom(seed) });
    const { network, time } = this;
    this.platform = createMemoryPlatform({ time, network, nodeName: 'follower', seed });
    this.fetchers = new FollowerFetchers({
      platform: this.platform,
      logger: this.logger,
      brokerId: FOLLOWER,
      brokerEpoch: () => 77,
      addressOf: (id) => this.leaders.get(id)?.address ?? null,
      meter: { replicatedIn: (bytes) => (this.replicatedBytes += bytes) },
      onCut: (_local, offset) => {
        this.cuts.push(offset);
        return this.cutting;
      },
      ...(throttle === undefined ? {} : { throttle: throttle(time) }),
      ...rest,
    });
  }

  leader(id: number): ScriptedLeader {
    const known = this.leaders.get(id);
    if (known !== undefined) return known;
    const leader = new ScriptedLeader(this.time, this.network, id);
    this.leaders.set(id, leader);
    return leader;
  }

  /** The leader leads this partition from now on, with an empty log or this one. */
  lead(id: number, epoch: number, log: PartitionLog = openLog().log, partition = 0): ScriptedLeader {
    const leader = this.leader(id);
    log.beginLeaderEpoch(epoch);
    leader.partitions.set(partition, { log, epoch, highWatermark: log.logEndOffset });
    return leader;
  }

  /** Committed at once, as far as followers are told. */
  append(id: number, count = 1, label = 'r', partition = 0): void {
    const leader = this.leader(id);
    const led = leader.partitions.get(partition);
    if (led === undefined) throw new Error(`broker ${id} does not lead partition ${partition}`);
    led.log.append(batchOf(count, { label }), { leaderEpoch: led.epoch, origin: 'client' });
    led.highWatermark = led.log.logEndOffset;
    leader.wake(partition);
  }

  /** The follower's own partition; its log may hold something already. */
  open(partition = 0, config: Partial<LogConfig> = {}): LocalPartition {
    const directory = `/data/t-${partition}`;
    const { log } = openLog(config, { platform: this.platform, directory, partition });
    return this.adopt(log, partition);
  }

  adopt(log: PartitionLog, partition = 0, highWatermark = 0): LocalPartition {
    const state = new PartitionState(FOLLOWER, highWatermark, {
      minInsyncReplicas: () => 1,
      maxLagMs: () => 30_000,
      broker: () => undefined,
    });
    const directory = { path: '/data' } as LocalPartition['managed']['directory'];
    const managed = { log, directory, topicId: TOPIC_ID, checkpointedHighWatermark: highWatermark };
    const local = new LocalPartition(TOPIC_ID, managed, state);
    this.locals.set(partition, local);
    return local;
  }

  follow(local: LocalPartition, leader: number, leaderEpoch: number): void {
    this.fetchers.unfollow(local);
    local.state.apply(imageOf(local.partition, leader, leaderEpoch), local.logEndOffset, 0);
    this.fetchers.follow(local, leader, leaderEpoch);
  }

  pass(durationMs: number): Promise<void> {
    return this.time.advance(durationMs);
  }

  /** Lets time pass until it holds, at most so long. */
  async until(holds: () => boolean, withinMs = 5_000): Promise<void> {
    for (let passedMs = 0; !holds(); passedMs++) {
      if (passedMs > withinMs) throw new Error('it did not come true in time');
      await this.time.advance(1);
    }
    await settle();
  }

  isCopy(local: LocalPartition, id: number): boolean {
    const log = this.leader(id).partitions.get(local.partition)?.log;
    return (
      log !== undefined && local.logEndOffset === log.logEndOffset && readAll(local.log).equals(readAll(log))
    );
  }
}

export function imageOf(partition: number, leader: number, leaderEpoch: number) {
  return {
    ...{ partition, leader, leaderEpoch, partitionEpoch: leaderEpoch },
    ...{ replicas: [1, 2, FOLLOWER], isr: [1, 2, FOLLOWER] },
    ...{ addingReplicas: [], removingReplicas: [], elr: [], lastKnownElr: [], directories: [] },
  };
}

/** So many batches of one record each, written under one leader epoch. */
export type Run = readonly [epoch: number, count: number, label: string];

export function logOf(...runs: readonly Run[]): PartitionLog {
  const { log } = openLog();
  extend(log, ...runs);
  return log;
}

export function extend(log: PartitionLog, ...runs: readonly Run[]): void {
  for (const [leaderEpoch, count, label] of runs) {
    for (let i = 0; i < count; i++)
      log.append(batchOf(1, { label: `${label}${i}` }), { leaderEpoch, origin: 'client' });
  }
}

/** Another replica with the same records. */
export function copyOf(log: PartitionLog): PartitionLog {
  const { log: copy } = openLog();
  if (log.logEndOffset > log.logStartOffset) copy.appendFetched(readAll(log), log.leaderEpochs.latestEpoch);
  return copy;
}
