/** What is measured of a running cluster, one function each. All records have 1,000 bytes, all sends acks=all. */
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { quantile } from '../figure.ts';
import type { Comparison } from './comparison.ts';
import { batchOf, connectTo, describe, makeTopic, produceTo, until } from './direct-client.ts';
import type { Subject } from './subject.ts';

const recordBytes = 1_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** From the start of the processes to the first answered record with every ISR full. */
export async function measureStart(subject: Subject, nodes: number, table: Comparison): Promise<void> {
  const startedAt = await subject.start();
  const cluster = connectTo(subject.bootstrap);
  try {
    const topic = await makeTopic(cluster, { name: 'first', partitions: 1, replicas: nodes });
    await until('the first record', async () => {
      const { leader = null } = (await describe(cluster, topic.name))?.partitions[0] ?? {};
      if (leader === null) return null;
      await produceTo(cluster, leader, topic.name, new Map([[0, batchOf([Buffer.alloc(recordBytes)])]]));
      return true;
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const what = `start to first acks=all record, ISRs full, ${nodes === 1 ? 'one broker' : `${nodes} brokers`}`;
    table.add(subject.name, what, seconds, { unit: 's', better: 'less', goal: 0.25 });
  } finally {
    cluster.close();
  }
}

export async function measureIdle(subject: Subject, nodes: number, table: Comparison): Promise<void> {
  const settleMs = 10_000;
  const watchedMs = 10_000;
  await pause(settleMs);
  const [cpuBefore, began] = [subject.cpuSeconds(), performance.now()];
  await pause(watchedMs);
  const [cpuAfter, seconds] = [subject.cpuSeconds(), (performance.now() - began) / 1000];
  const of = nodes === 1 ? 'one broker' : `${nodes} brokers`;
  table.add(subject.name, `memory idle, ${of}`, subject.memoryMiB(), {
    unit: 'MiB',
    better: 'less',
    goal: 0.25,
  });
  if (cpuBefore !== null && cpuAfter !== null)
    table.add(subject.name, `CPU idle, ${of}`, (100 * (cpuAfter - cpuBefore)) / seconds, {
      unit: '% core',
      better: 'less',
      goal: 0.5,
    });
}

/** A topic of one partition led by `leader`. */
async function ledBy(subject: Subject, name: string, leader: number): Promise<void> {
  const cluster = connectTo(subject.bootstrap);
  const others = [0, 1, 2].filter((id) => id !== leader);
  try {
    const assignments = [[leader, ...others]];
    await makeTopic(cluster, { name, partitions: 1, replicas: 3, assignments });
  } finally {
    cluster.close();
  }
}

export async function controllerOf(subject: Subject): Promise<number> {
  const cluster = connectTo(subject.bootstrap);
  try {
    return await until('the controller', async () => (await describeQuorum(cluster))?.leaderId ?? null);
  } finally {
    cluster.close();
  }
}

/** The longest time without an acknowledgement around kill -9 of a node that leads, in seconds. */
async function silence(subject: Subject, topic: string, victim: number): Promise<number> {
  const [beforeMs, afterMs, recordsInBatch, everyMs] = [3_000, 40_000, 10, 10];
  const cluster = connectTo(subject.bootstrap, 5_000);
  const value = Buffer.alloc(recordBytes);
  let leader = victim;
  let lastAckAt = performance.now();
  let longestMs = 0;
  let killedAt = Number.POSITIVE_INFINITY;
  let wellSince = 0;
  const began = performance.now();
  try {
    while (performance.now() - began < beforeMs + afterMs) {
      const now = performance.now();
      if (killedAt === Number.POSITIVE_INFINITY && now - began > beforeMs) {
        subject.kill(victim);
        killedAt = performance.now();
      }
      try {
        const batch = batchOf(Array.from({ length: recordsInBatch }, () => value));
        await produceTo(cluster, leader, topic, new Map([[0, batch]]), 5_000);
        const ackAt = performance.now();
        if (ackAt > killedAt)
          longestMs = Math.max(longestMs, ackAt - Math.max(lastAckAt, killedAt - everyMs));
        lastAckAt = ackAt;
        wellSince ||= leader !== victim ? ackAt : 0;
        if (wellSince > 0 && ackAt - wellSince > 5_000) break;
        await pause(Math.max(0, everyMs - (ackAt - now)));
      } catch {
        await pause(2);
        const found = await describe(cluster, topic).catch(() => null);
        leader = found?.partitions[0]?.leader ?? leader;
      }
    }
    if (wellSince === 0) throw new Error(`${topic}: nothing was acknowledged after the kill`);
    return longestMs / 1000;
  } finally {
    cluster.close();
  }
}

/** Kills one node: the cluster is of no further use afterwards. */
export async function measureSilence(
  subject: Subject,
  who: 'leader' | 'leader and controller',
  table: Comparison,
): Promise<void> {
  const controller = await controllerOf(subject);
  const victim = who === 'leader' ? (controller + 1) % 3 : controller;
  const topic = `silence-${who === 'leader' ? 'leader' : 'both'}`;
  await ledBy(subject, topic, victim);
  const seconds = await silence(subject, topic, victim);
  table.add(subject.name, `longest silence after kill -9 of ${who}`, seconds, {
    unit: 's',
    better: 'less',
    goal: 0.3,
  });
}

/** From the request that creates them until each has answered a record. */
export async function measurePartitions(subject: Subject, count: number, table: Comparison): Promise<void> {
  const cluster = connectTo(subject.bootstrap);
  const name = 'many';
  const inRequest = 500;
  try {
    const began = performance.now();
    await makeTopic(cluster, { name, partitions: count, replicas: 3 });
    const left = new Set(Array.from({ length: count }, (_, index) => index));
    const batch = batchOf([Buffer.from('one of many')]);
    await until('every partition', async () => {
      const found = await describe(cluster, name);
      const byLeader = new Map<number, number[]>();
      for (const { partition, leader } of found?.partitions ?? [])
        if (leader !== null && left.has(partition))
          byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition].slice(0, inRequest));
      await Promise.all(
        [...byLeader].map(async ([leader, partitions]) => {
          await produceTo(cluster, leader, name, new Map(partitions.map((index) => [index, batch])));
          for (const index of partitions) left.delete(index);
        }),
      );
      return left.size === 0 ? true : null;
    });
    const what = `${count.toLocaleString('en')} partitions x 3: created until every one is written`;
    table.add(subject.name, what, (performance.now() - began) / 1000, {
      unit: 's',
      better: 'less',
      goal: 0.3,
    });
  } finally {
    cluster.close();
  }
}

export function addQuantiles(
  subject: Subject,
  what: string,
  milliseconds: readonly number[],
  table: Comparison,
): void {
  const sorted = [...milliseconds].sort((left, right) => left - right);
  for (const share of [0.5, 0.99])
    table.add(subject.name, `${what}, p${share * 100}`, quantile(sorted, share), {
      unit: 'ms',
      better: 'less',
      goal: 0.8,
    });
}
