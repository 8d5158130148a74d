/**
 * Groups whose coordinator dies: what was acknowledged as committed is read back from the next coordinator, or something
 * newer, and never something older; and members that come, go and are lost settle again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, type Consumer } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkajsLog } from '../../demo/kafkajs-log.ts';
import { commitGroupOffsets } from '../../kafka-client/admin/commit-group-offsets.ts';
import { fetchGroupOffsets } from '../../kafka-client/admin/fetch-group-offsets.ts';
import { findCoordinators } from '../../kafka-client/admin/find-coordinators.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const KILLS = timesOf(3);
const GROUPS = Array.from({ length: 6 }, (_unused, index) => `committing-${String(index)}`);

/** Commits rising offsets for some groups, one after another, and reads them back now and then. */
class Committer {
  readonly #client: KafkaCluster;
  readonly #topic: string;
  /** Acknowledged, by group. */
  readonly acknowledged = new Map<string, number>();
  readonly wrong: string[] = [];
  #next = 1;
  #isOver = false;

  constructor(bootstrap: readonly string[], topic: string) {
    this.#topic = topic;
    this.#client = new KafkaCluster({
      ...{ bootstrap, clientId: 'committer', connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
    });
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      for (const group of GROUPS) await this.#commit(group, this.#next++);
      await pause(5);
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  close(): void {
    this.#client.close();
  }

  async #commit(group: string, offset: number): Promise<void> {
    try {
      const coordinator = await this.#coordinatorOf(group);
      if (coordinator === null) return;
      const offsets = [{ topic: this.#topic, partition: 0, offset }];
      const [outcome] = await commitGroupOffsets(this.#client, coordinator, group, offsets);
      if (outcome?.error === null) this.acknowledged.set(group, offset);
      if (offset % 7 === 0) await this.check(group);
    } catch {
      await pause(50);
      await this.#client.refresh().catch(() => undefined);
    }
  }

  async #coordinatorOf(group: string): Promise<number | null> {
    const [found] = await findCoordinators(this.#client, [group]);
    return found?.coordinatorId ?? null;
  }

  /** True when the group could be asked; what is wrong is noted. */
  async check(group: string): Promise<boolean> {
    const owed = this.acknowledged.get(group) ?? -1;
    const coordinator = await this.#coordinatorOf(group);
    if (coordinator === null) return false;
    const [answer] = await fetchGroupOffsets(this.#client, coordinator, [group]);
    if (answer?.error !== null) return false;
    const found = answer.committed.find(({ partition }) => partition === 0)?.offset ?? -1;
    if (found < owed)
      this.wrong.push(`${group}: ${String(owed)} was acknowledged, ${String(found)} is there`);
    return true;
  }
}

describe('groups under fault', () => {
  it('keeps every commit that was acknowledged', { timeout: 180_000 + KILLS * 30_000 }, async () => {
    const cluster = await ClusterUnderFault.start({
      settings: [...IMPATIENT, 'offsets.topic.num.partitions=6'],
    });
    await underLoad(cluster, { producers: 1, members: 1 }, async ({ topic, progress }) => {
      const committer = new Committer(cluster.bootstrap, topic);
      const running = committer.run();
      for (let kill = 0; kill < KILLS; kill++) {
        await pause(1_000);
        const victim = kill % 3;
        await cluster.kill(victim);
        await progress(50, 20_000);
        await cluster.start(victim);
        await progress(50, 20_000);
      }
      committer.stop();
      await running;
      for (const group of GROUPS) {
        await expect
          .poll(() => committer.check(group).catch(() => false), { timeout: 20_000, interval: 200 })
          .toBe(true);
      }
      committer.close();
      expect(committer.wrong).toEqual([]);
      expect(committer.acknowledged.size).toBe(GROUPS.length);
      expect(Math.min(...committer.acknowledged.values())).toBeGreaterThan(10);
    });
  });

  it('settles when members come, go and are lost', { timeout: 300_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, { members: 3 }, async ({ topic, progress }) => {
      const kafka = new Kafka({
        ...{ clientId: 'churn', brokers: cluster.bootstrap, ...kafkajsLog },
        retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 1_000 },
      });
      const members: Consumer[] = [];
      for (let step = 0; step < 6 * KILLS; step++) {
        if (members.length < 5 && step % 3 !== 2) {
          const member = kafka.consumer({ groupId: `${topic}-churn`, sessionTimeout: 6_000 });
          members.push(member);
          await member.connect();
          await member.subscribe({ topics: [topic], fromBeginning: true });
          await member.run({ eachMessage: () => Promise.resolve() });
        } else await members.shift()?.disconnect();
        if (step === 5) await cluster.kill(1);
        if (step === 10) await cluster.start(1);
        await pause(300);
      }
      await progress(100, 20_000);
      const admin = kafka.admin();
      await admin.connect();
      await expect
        .poll(async () => (await admin.describeGroups([`${topic}-churn`])).groups[0]?.state, {
          timeout: 30_000,
          interval: 300,
        })
        .toBe(members.length > 0 ? 'Stable' : 'Empty');
      const [described] = (await admin.describeGroups([`${topic}-churn`])).groups;
      expect(described?.members.length).toBe(members.length);
      await admin.disconnect();
      await Promise.all(members.map((member) => member.disconnect()));
    });
  });
});
