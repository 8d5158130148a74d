/**
 * One of two disks under a broker of three fails while the broker goes on: others lead at once what it led on that disk, it
 * goes on leading what it has on the other, and what was acknowledged is there. Started again with a disk that works it is
 * in sync everywhere.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { needs } from '../abilities.ts';
import { failCalls } from '../failing-calls.ts';
import { FaultClient } from '../fault-client.ts';
import { testDirectory } from '../mounted-disk.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { LeaderFinder, type PartitionMetadata } from './leader-finder.ts';

const TOPIC = 'ledger';
const PARTITIONS = 6;
const ASK_AGAIN_MS = 50;
const LIMIT_MS = 20_000;

async function clientOf(cluster: ClusterUnderFault, node: number): Promise<FaultClient> {
  const client = await FaultClient.connect(cluster.node(node).port);
  onTestFinished(() => client.close());
  return client;
}

it('moves what a broker leads on a disk that fails, and nothing else', async (context) => {
  needs(context, 'failing system calls');
  const home = testDirectory();
  const disk = (node: number, name: string): string => join(home, `${String(node)}-${name}`);
  const cluster = await ClusterUnderFault.start({
    dataDirectoryOf: (node) => `${disk(node, 'a')},${disk(node, 'b')}`,
  });
  const first = await clientOf(cluster, 0);
  const settings = { 'flush.messages': '1', 'min.insync.replicas': '2' };
  expect(await first.createTopic(TOPIC, PARTITIONS, settings, 3)).toBe(0);
  const finder = new LeaderFinder('failing-disk', cluster.bootstrap, TOPIC);
  onTestFinished(() => finder.close());
  const until = async (isSo: (partitions: readonly PartitionMetadata[]) => boolean) => {
    for (const endMs = Date.now() + LIMIT_MS; ;) {
      const partitions = await finder.ask();
      if (partitions.length === PARTITIONS && isSo(partitions)) return partitions;
      if (Date.now() > endMs) throw new Error(`it stays ${JSON.stringify(partitions)}`);
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  };
  const before = await until((all) => all.every(({ isrNodes }) => isrNodes.length === 3));

  const isOnB = ({ leaderId, partitionIndex }: PartitionMetadata): boolean =>
    existsSync(join(disk(leaderId, 'b'), `${TOPIC}-${String(partitionIndex)}`));
  const broken = before.find(isOnB);
  if (broken === undefined) throw new Error('nobody leads anything on a second disk');
  const { leaderId: victim, partitionIndex } = broken;
  const leader = await clientOf(cluster, victim);
  const send = (client: FaultClient, value: string) =>
    client.produce(TOPIC, partitionIndex, [{ key: null, value }]);
  expect(await send(leader, 'before')).toEqual({ errorCode: 0, baseOffset: 0 });

  const logFile = join(disk(victim, 'b'), `${TOPIC}-${String(partitionIndex)}`, `${'0'.repeat(20)}.log`);
  const failing = await failCalls(cluster.node(victim).child?.pid ?? 0, logFile, 'syncs', 'EIO', '1+');
  expect((await send(leader, 'lost')).errorCode).not.toBe(0);
  const isThere = (id: number): boolean => existsSync(join(disk(victim, 'b'), `${TOPIC}-${String(id)}`));
  const after = await until((all) =>
    all.every((one) => !isThere(one.partitionIndex) || !one.isrNodes.includes(victim)),
  );
  await failing.stop();
  for (const one of after) {
    const was = before[one.partitionIndex];
    if (isThere(one.partitionIndex)) {
      expect(one.leaderId).not.toBe(victim);
      expect(one.offlineReplicas).toEqual([victim]);
    } else expect([one.leaderId, one.isrNodes.length]).toEqual([was?.leaderId, 3]);
  }
  expect(cluster.isRunning(victim)).toBe(true);

  const next = await clientOf(cluster, after[partitionIndex]?.leaderId ?? -1);
  expect((await send(next, 'after')).errorCode).toBe(0);
  const values = async (client: FaultClient) => {
    const records = await client.readAll(TOPIC, partitionIndex);
    return typeof records === 'number' ? records : records.map(({ value }) => value);
  };
  expect(await values(next)).toEqual(expect.arrayContaining(['before', 'after']));

  await cluster.end(victim, 'SIGTERM');
  await cluster.start(victim);
  await until((all) => all.every(({ isrNodes }) => isrNodes.length === 3));
});
