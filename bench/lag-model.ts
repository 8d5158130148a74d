/**
 * What judging groups costs: 2,200 groups with 40 partitions each on 9,000 topics and 39,000 partitions, a tenth of them moving
 * each round, over two simulated hours; then the worst round, in which every group stands still and each row has a reason.
 * Prints milliseconds per round and bytes per partition of a group.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { groupRows } from '../console/model/lag.ts';
import { GroupWatch, type GroupReading } from '../console/model/group-watch/group-watch.ts';
import type { TopicSnapshot } from '../console/model/snapshot.ts';
import { partitionOf, topicOf } from '../console/model/testing/snapshots.ts';
import { figure, quantile } from './figure.ts';

const topicCount = 9_000;
const partitionTotal = 39_000;
const groupCount = 2_200;
const committedPerGroup = 40;
const rounds = 720;
const intervalMs = 10_000;

interface World {
  readonly ends: Float64Array;
  readonly commits: Float64Array;
  /** Topic and partition of each commit. */
  readonly of: Uint32Array;
}

const nameOf = (topic: number): string => `some-team.some-topic-${String(topic).padStart(5, '0')}`;
const partitionsOf = (topic: number): number =>
  Math.floor(((topic + 1) * partitionTotal) / topicCount) - Math.floor((topic * partitionTotal) / topicCount);
const firstOf = (topic: number): number => Math.floor((topic * partitionTotal) / topicCount);

function topicsOf({ ends }: World): Map<string, TopicSnapshot> {
  const topics = new Map<string, TopicSnapshot>();
  for (let topic = 0; topic < topicCount; topic++) {
    const partitions = Array.from({ length: partitionsOf(topic) }, (_, partition) => {
      const end = ends[firstOf(topic) + partition] ?? 0;
      return partitionOf(partition, { highWatermark: end, lastStableOffset: end });
    });
    topics.set(nameOf(topic), topicOf(nameOf(topic), partitions, { topicId: nameOf(topic) }));
  }
  return topics;
}

function groupsOf(world: World, topicOfPartition: Uint32Array, atMs: number): GroupReading[] {
  return Array.from({ length: groupCount }, (_, group) => ({
    id: `group-${String(group)}`,
    state: 'Stable',
    protocolType: 'consumer',
    members: [{ memberId: 'm', groupInstanceId: null, clientId: 'c', host: '/127.0.0.1', assignment: null }],
    rows: groupRows(
      Array.from({ length: committedPerGroup }, (_unused, index) => {
        const at = group * committedPerGroup + index;
        const partition = world.of[at] ?? 0;
        const topic = topicOfPartition[partition] ?? 0;
        // A fresh string, as a decoder gives one.
        return {
          topic: Buffer.from(nameOf(topic)).toString(),
          partition: partition - firstOf(topic),
          offset: world.commits[at] ?? 0,
        };
      }),
      null,
    ),
    committedAtMs: atMs,
  }));
}

function newWorld(): { world: World; topicOfPartition: Uint32Array } {
  const topicOfPartition = new Uint32Array(partitionTotal);
  for (let topic = 0; topic < topicCount; topic++) {
    topicOfPartition.fill(topic, firstOf(topic), firstOf(topic) + partitionsOf(topic));
  }
  const of = new Uint32Array(groupCount * committedPerGroup);
  for (let at = 0; at < of.length; at++) of[at] = (at * 7) % partitionTotal;
  return {
    world: {
      ends: new Float64Array(partitionTotal).fill(1_000),
      commits: new Float64Array(of.length).fill(1_000),
      of,
    },
    topicOfPartition,
  };
}

/** A tenth of the partitions goes on; their groups follow, a hundredth of them too slowly. */
function move({ ends, commits, of }: World, round: number): void {
  for (let partition = round % 10; partition < ends.length; partition += 10)
    ends[partition] = (ends[partition] ?? 0) + 500;
  for (const [at, partition] of of.entries()) {
    const behind = (ends[partition] ?? 0) - (commits[at] ?? 0);
    commits[at] = (commits[at] ?? 0) + (partition % 100 === 7 ? Math.floor(behind * 0.4) : behind);
  }
}

export function benchLagModel(): void {
  const { world, topicOfPartition } = newWorld();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage();
  const watch = new GroupWatch(intervalMs);
  const times: number[] = [];
  let atMs = Date.UTC(2026, 0, 1);
  const judgeAll = (): number => {
    atMs += intervalMs;
    const topics = topicsOf(world);
    const groups = groupsOf(world, topicOfPartition, atMs);
    const started = process.cpuUsage();
    watch.beginRound({ topics, atMs });
    for (const group of groups) watch.judge(group);
    watch.endRound();
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
  for (let round = 0; round < rounds; round++) {
    move(world, round);
    times.push(judgeAll());
  }
  collect();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  const sorted = [...times].sort((a, b) => a - b);
  const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
  figure('judging 88,000 partitions of 2,200 groups: first round', milliseconds(times[0] ?? NaN));
  figure(
    '  CPU per round, median / worst of 99 %',
    `${milliseconds(quantile(sorted, 0.5))} / ${milliseconds(quantile(sorted, 0.99))}`,
  );
  figure('  remembered', `${String(watch.size.commits)} commits, ${String(watch.size.ends)} ends`);
  const perPartition = (bytes / watch.size.commits).toFixed(0);
  figure('  memory', `${(bytes / 2 ** 20).toFixed(0)} MiB, ${perPartition} bytes per partition of a group`);
  for (let round = 0; round < 90; round++) {
    for (let partition = 0; partition < world.ends.length; partition++)
      world.ends[partition] = (world.ends[partition] ?? 0) + 500;
    times[round] = judgeAll();
  }
  figure(
    '  CPU per round while all of them stand still',
    milliseconds(
      quantile(
        times.slice(70, 90).sort((a, b) => a - b),
        0.5,
      ),
    ),
  );
}
