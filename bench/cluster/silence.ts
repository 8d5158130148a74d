/** The longest time without an acknowledgement around kill -9 of a node that leads. The cluster is of no use afterwards. */
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { batchOf, connectTo, describe, makeTopic, produceTo, until } from './direct-client.ts';
import { pause, type Part } from './run.ts';
import type { Subject } from './subject.ts';
import { recordBytes } from './throughput.ts';

const beforeMs = 3_000;
const afterMs = 40_000;
/** 1,000 records a second. */
const recordsInBatch = 10;
const everyMs = 10;
/** With a new leader, until a second failure is no longer expected. */
const wellForMs = 5_000;

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

async function controllerOf(subject: Subject): Promise<number> {
  const cluster = connectTo(subject.bootstrap);
  try {
    return await until('the controller', async () => (await describeQuorum(cluster))?.leaderId ?? null);
  } finally {
    cluster.close();
  }
}

/** In seconds. */
async function silence(subject: Subject, topic: string, victim: number): Promise<number> {
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
        await produceTo(cluster, leader, topic, new Map([[0, batch]]), { timeoutMs: 5_000 });
        const ackAt = performance.now();
        if (ackAt > killedAt)
          longestMs = Math.max(longestMs, ackAt - Math.max(lastAckAt, killedAt - everyMs));
        lastAckAt = ackAt;
        wellSince ||= leader !== victim ? ackAt : 0;
        if (wellSince > 0 && ackAt - wellSince > wellForMs) break;
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

const silenceAfter = (figure: 'silenceOfLeader' | 'silenceOfBoth'): Part => ({
  name: 'silence',
  figures: [figure],
  async measure({ subject, add }) {
    const controller = await controllerOf(subject);
    const victim = figure === 'silenceOfLeader' ? (controller + 1) % 3 : controller;
    await ledBy(subject, figure, victim);
    add(figure, await silence(subject, figure, victim));
  },
});

export const silenceOfLeader = silenceAfter('silenceOfLeader');
export const silenceOfBoth = silenceAfter('silenceOfBoth');
