/**
 * Three replicas through random elections (clean or not), appends, broken links and crashes, each step at a random moment:
 * once there is peace, all logs are the same, byte by byte. Nobody looks at who is in sync: that any replica may lead,
 * with whatever log it has, is the worst that can be asked of truncation.
 */
import { expect, it } from 'vitest';
import { batchOf, openLog, readAll, RememberingLogger } from '../../log/log-test-kit.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { MemoryNetwork } from '../../platform/memory/memory-network.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { MemoryTime, SeededRandom } from '../../platform/memory/memory-time.ts';
import { LocalPartition } from '../local-partition.ts';
import { PartitionState } from '../partition-state.ts';
import { imageOf } from './follower-bench.ts';
import { FollowerFetchers } from './follower-fetchers.ts';
import { ScriptedLeader, TOPIC_ID } from './scripted-leader.ts';

const REPLICAS = [1, 2, 3];
const CONFIG = { segmentBytes: 700, indexIntervalBytes: 200 };

class World {
  readonly time = new MemoryTime(1_767_225_600_000);
  readonly random: SeededRandom;
  readonly network: MemoryNetwork;
  readonly replicas = new Map<number, Replica>();
  leader = 0;
  epoch = 0;
  written = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.network = new MemoryNetwork({
      time: this.time,
      random: new SeededRandom(seed + 1),
      delay: { leastMs: 1, jitterMs: 4 },
    });
    for (const id of REPLICAS) this.replicas.set(id, new Replica(this, id));
  }

  pick(): Replica {
    const replica = this.replicas.get(1 + this.random.below(REPLICAS.length));
    if (replica === undefined) throw new Error('no such replica');
    return replica;
  }

  /** Some hear of it only with the next leader. */
  elect(chosen: Replica, everyoneHears: boolean): void {
    this.epoch += 1 + this.random.below(2);
    this.leader = chosen.id;
    for (const replica of this.replicas.values()) {
      if (everyoneHears || replica === chosen || this.random.below(5) > 0)
        replica.hear(this.leader, this.epoch);
    }
  }

  append(): void {
    // Whoever still believes to lead writes, too.
    for (const replica of this.replicas.values()) {
      if (replica.leads && (replica.id === this.leader || this.random.below(2) === 0))
        replica.append(1 + this.random.below(3), `w${this.written++}`);
    }
  }
}

class Replica {
  readonly world: World;
  readonly id: number;
  readonly leader: ScriptedLeader;
  platform: MemoryPlatform;
  local: LocalPartition;
  fetchers: FollowerFetchers;
  epoch = -1;

  constructor(world: World, id: number) {
    this.world = world;
    this.id = id;
    this.leader = new ScriptedLeader(world.time, world.network, id);
    this.platform = this.#newPlatform();
    this.local = this.#open();
    this.fetchers = this.#newFetchers();
  }

  get log(): PartitionLog {
    return this.local.log;
  }

  get leads(): boolean {
    return this.leader.partitions.has(0);
  }

  #newPlatform(disk?: MemoryPlatform['disk']): MemoryPlatform {
    const { time, network } = this.world;
    const nodeName = `broker-${this.id}`;
    return createMemoryPlatform({
      time,
      network,
      nodeName,
      seed: this.id,
      ...(disk === undefined ? {} : { disk }),
    });
  }

  #open(): LocalPartition {
    const { log } = openLog(CONFIG, { platform: this.platform });
    const state = new PartitionState(this.id, 0, {
      minInsyncReplicas: () => 1,
      maxLagMs: () => 30_000,
      broker: () => undefined,
    });
    const directory = { path: '/data' } as LocalPartition['managed']['directory'];
    return new LocalPartition(
      TOPIC_ID,
      { log, directory, topicId: TOPIC_ID, checkpointedHighWatermark: 0 },
      state,
    );
  }

  #newFetchers(): FollowerFetchers {
    return new FollowerFetchers({
      platform: this.platform,
      logger: new RememberingLogger(),
      brokerId: this.id,
      brokerEpoch: () => 1,
      settings: { fetchMaxBytes: 400, socketTimeoutMs: 300, fetchBackoffMs: 50 },
      addressOf: (id) => this.world.replicas.get(id)?.leader.address ?? null,
    });
  }

  hear(leader: number, epoch: number): void {
    this.epoch = epoch;
    this.fetchers.unfollow(this.local);
    this.leader.partitions.delete(0);
    this.local.state.apply(imageOf(0, leader, epoch), this.log.logEndOffset, 0);
    if (leader === this.id) {
      this.log.beginLeaderEpoch(epoch);
      this.leader.partitions.set(0, { log: this.log, epoch, highWatermark: 0 });
    } else this.fetchers.follow(this.local, leader, epoch);
    this.leader.wake(0);
  }

  append(count: number, label: string): void {
    const { random } = this.world;
    this.log.append(batchOf(count, { label, valueBytes: random.below(120) }), {
      leaderEpoch: this.epoch,
      origin: 'client',
    });
    this.leader.wake(0);
  }

  /** The power goes; what was not forced is lost. It comes back as a follower of whoever leads, or leads on. */
  async crash(): Promise<void> {
    const { leader, epoch } = this.world;
    this.leader.partitions.delete(0);
    this.platform.disk.crash();
    this.log.abandon();
    await this.fetchers.stop();
    this.world.network.kill(`broker-${this.id}`);
    this.leader.listen();
    this.platform = this.#newPlatform(this.platform.disk);
    this.local = this.#open();
    this.fetchers = this.#newFetchers();
    // A leader that has lost records never goes on under its old epoch.
    if (leader !== this.id) this.hear(leader, epoch);
  }
}

async function live(world: World): Promise<void> {
  const { random, network, time } = world;
  for (let step = 0; step < 60; step++) {
    const kind = random.below(12);
    if (kind === 0) world.elect(world.pick(), false);
    else if (kind === 1) network.cut(`broker-${1 + random.below(3)}`, `broker-${1 + random.below(3)}`);
    else if (kind === 2) network.mendAll();
    else if (kind === 3) network.breakConnections(`broker-${1 + random.below(3)}`);
    else if (kind === 4 && random.below(2) === 0) await world.pick().crash();
    else world.append();
    await time.advance(random.below(30));
  }
}

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

it.each(SEEDS)('all logs become the same (seed %i)', async (seed) => {
  const world = new World(seed);
  world.elect(world.pick(), true);
  await live(world);
  world.network.mendAll();
  world.elect(world.pick(), true);
  const leader = world.replicas.get(world.leader);
  if (leader === undefined) throw new Error('no leader');
  leader.append(1, 'last');
  await world.time.advance(5_000);
  const expected = readAll(leader.log);
  for (const replica of world.replicas.values()) {
    expect(replica.log.logEndOffset).toBe(leader.log.logEndOffset);
    expect(readAll(replica.log).equals(expected)).toBe(true);
    const epochs = replica.log.leaderEpochs.entries;
    expect(epochs).toEqual(leader.log.leaderEpochs.entries);
    await replica.fetchers.stop();
  }
});
