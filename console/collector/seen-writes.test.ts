/** Writes in the snapshot, round by round, and starts that are asked anew where records were taken away. */
import { beforeEach, expect, it } from 'vitest';
import { withoutStarts } from './round-memory.ts';
import { Rounds } from './testing/rounds.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const intervalMs = 10_000;
let cluster: ScriptedCluster;
let rounds: Rounds;

beforeEach(() => {
  cluster = new ScriptedCluster();
  cluster.addTopic('orders', [1, 2]);
  cluster.ends.set('orders-0', 5).set('orders-1', 5).set('new-0', 2).set('empty-0', 0);
  rounds = new Rounds(cluster, intervalMs);
});

it('knows when an end last moved, and since when it looks', async () => {
  const at = async (round: number) => (await rounds.play(round * intervalMs)).topics;
  expect((await at(1)).get('orders')?.writes).toEqual({ lastMs: null, sinceMs: 10_000 });
  cluster.ends.set('orders-1', 6);
  expect((await at(2)).get('orders')?.writes).toEqual({ lastMs: 20_000, sinceMs: 10_000 });
  cluster.addTopic('new', [1]);
  cluster.addTopic('empty', [1]);
  const topics = await at(3);
  expect(topics.get('orders')?.writes).toEqual({ lastMs: 20_000, sinceMs: 10_000 });
  expect(topics.get('new')?.writes).toEqual({ lastMs: 30_000, sinceMs: 30_000 });
  expect(topics.get('empty')?.writes).toEqual({ lastMs: null, sinceMs: 30_000 });
  // Made anew under the same name, it begins again.
  cluster.topics = [];
  cluster.addTopic('orders', [1, 2], 'another id');
  cluster.ends.set('orders-0', 0).set('orders-1', 0);
  expect((await at(4)).get('orders')?.writes).toEqual({ lastMs: null, sinceMs: 40_000 });
});

it('asks where partitions begin as soon as records were taken away, and only of that topic', async () => {
  cluster.addTopic('new', [1]);
  await rounds.play(4 * intervalMs);
  await rounds.play(5 * intervalMs);
  const asked = () => cluster.calls.filter((call) => call.startsWith('listOffsets-earliest'));
  const before = asked().length;
  await rounds.play(6 * intervalMs);
  expect(asked()).toHaveLength(before);
  rounds.memory = withoutStarts(rounds.memory, new Set(['new', 'unknown']));
  const snapshot = await rounds.play(7 * intervalMs);
  expect(asked().slice(before)).toEqual(['listOffsets-earliest:1']);
  expect(snapshot.topics.get('new')?.partitions[0]?.logStartAtMs).toBe(7 * intervalMs);
  expect(snapshot.topics.get('orders')?.partitions[0]?.logStartAtMs).not.toBe(7 * intervalMs);
});
