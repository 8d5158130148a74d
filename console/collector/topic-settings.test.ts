/** Settings of topics in the snapshot: on its beat, at once for new topics, null with the reason where it is refused. */
import { beforeEach, expect, it } from 'vitest';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { slowBeats } from './beats.ts';
import { TOPICS_PER_REQUEST } from './topic-settings.ts';
import { Rounds } from './testing/rounds.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const intervalMs = 10_000;
let cluster: ScriptedCluster;
let rounds: Rounds;

beforeEach(() => {
  cluster = new ScriptedCluster();
  cluster.addTopic('orders', [1, 2, 3]);
  for (const key of ['orders-0', 'orders-1', 'orders-2', 'open-0']) cluster.ends.set(key, 0);
  rounds = new Rounds(cluster, intervalMs);
});

const valueOf = (snapshot: ClusterSnapshot, topic = 'orders') =>
  snapshot.topics.get(topic)?.settings?.minInSyncReplicas;
const asked = (): number => cluster.calls.filter((call) => call.startsWith('topicSettings')).length;

it('is asked of one broker in the first round, and then every five minutes', async () => {
  cluster.minInSync.set('orders', 3);
  const seen: unknown[] = [];
  for (let round = 0; round <= 65; round++) {
    if (round === 1) cluster.minInSync.set('orders', 1);
    const before = asked();
    const snapshot = await rounds.play(round * intervalMs);
    if (asked() > before) seen.push([round, valueOf(snapshot), snapshot.failures.length]);
    expect(rounds.answers?.beatsAsked.has('topicConfigs')).toBe(asked() > before);
  }
  // The first turn of the beat lies a few rounds after the first round of all.
  expect(seen).toEqual([
    [0, 3, 0],
    [slowBeats.topicConfigs.phase, 1, 0],
    [slowBeats.topicConfigs.phase + 30, 1, 0],
    [slowBeats.topicConfigs.phase + 60, 1, 0],
  ]);
});

it('is asked at once for a topic that is new or made anew, and only for it', async () => {
  await rounds.play(5 * intervalMs);
  cluster.addTopic('new', [1]);
  cluster.minInSync.set('new', 3);
  expect(valueOf(await rounds.play(6 * intervalMs), 'new')).toBe(3);
  expect(rounds.answers?.topicSettings.values.size).toBe(1);
  expect(rounds.answers?.beatsAsked.has('topicConfigs')).toBe(false);
  cluster.topics = [];
  cluster.addTopic('orders', [1, 2, 3], 'another id');
  cluster.minInSync.set('orders', 1);
  expect(valueOf(await rounds.play(7 * intervalMs))).toBe(1);
  const before = asked();
  await rounds.play(8 * intervalMs);
  expect(asked()).toBe(before);
});

it('asks again for what its broker has not heard of yet', async () => {
  cluster.minInSync.set('orders', 'UNKNOWN_TOPIC_OR_PARTITION');
  expect(valueOf(await rounds.play(0))).toBeUndefined();
  cluster.minInSync.set('orders', 2);
  expect(valueOf(await rounds.play(intervalMs))).toBe(2);
});

it('is null, with the reason among what the cluster cannot tell, where it is refused', async () => {
  cluster.addTopic('open', [1]);
  cluster.minInSync.set('orders', 'TOPIC_AUTHORIZATION_FAILED');
  for (const atMs of [0, intervalMs]) {
    const snapshot = await rounds.play(atMs);
    expect(snapshot.topics.get('orders')?.settings).toBeNull();
    expect(valueOf(snapshot, 'open')).toBe(2);
    expect(snapshot.failures).toEqual([]);
    expect(snapshot.cannotTell).toEqual([
      {
        what: 'settings of one topic',
        reason: 'it refuses to describe them: TOPIC_AUTHORIZATION_FAILED',
      },
    ]);
  }
  expect(asked()).toBe(1);
  cluster.minInSync.delete('orders');
  const snapshot = await rounds.play(slowBeats.topicConfigs.phase * intervalMs);
  expect([valueOf(snapshot), snapshot.cannotTell]).toEqual([2, []]);
});

it('stays as it was while nobody answers for it, and is dropped after two turns', async () => {
  await rounds.play(0);
  cluster.failing.add('topicSettings');
  const values: unknown[] = [];
  for (let round = 1; round <= 61; round++) {
    const snapshot = await rounds.play(round * intervalMs);
    expect(snapshot.failures).toEqual([]);
    values.push(valueOf(snapshot));
  }
  expect([...new Set(values.slice(0, 60))]).toEqual([2]);
  expect(values[60]).toBeUndefined();
});

it('asks for a huge number of topics in pieces', async () => {
  for (let index = 0; index < 2 * TOPICS_PER_REQUEST; index++) cluster.addTopic(`t${String(index)}`, [1]);
  const snapshot = await rounds.play(0);
  expect(asked()).toBe(3);
  expect(new Set(Array.from(snapshot.topics.values(), ({ settings }) => settings))).toHaveLength(3);
});
