/**
 * A disk that has no room for one file only: the metadata log's, or that of committed offsets (each can be in a directory of
 * its own). A whole broker in this process, on a disk in memory that refuses exactly these writes after a part of them. What
 * needs the file is refused and leaves nothing half made, all else goes on, and when there is room everything does.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestBroker } from '../broker/integration/broker-harness.ts';
import { MemoryDisk } from '../broker/platform/memory/memory-disk.ts';
import { createNodePlatform } from '../broker/platform/node/node-platform.ts';
import { ErrorCode } from '../protocol/errors.ts';
import { FaultClient } from './fault-client.ts';

const TOPIC = 'orders';
const GROUP = 'readers';
const STORAGE = ErrorCode.KAFKA_STORAGE_ERROR;
/** How much of a refused write gets into the file: nothing, within a batch's header, within its records. */
const PARTS = [0, 20, 80];

/** With a topic of one record and a group that has committed 1. */
async function start() {
  const disk = new MemoryDisk(() => Date.now());
  const broker = await startTestBroker(['offsets.topic.num.partitions=1'], { ...createNodePlatform(), disk });
  onTestFinished(() => broker.remove());
  const connect = async (): Promise<FaultClient> => {
    const client = await FaultClient.connect(broker.port);
    onTestFinished(() => client.close());
    return client;
  };
  const client = await connect();
  expect(await client.createTopic(TOPIC, 1)).toBe(0);
  expect(await send(client)).toBe(0);
  await expect.poll(() => client.commit(GROUP, TOPIC, 0, 1), { timeout: 10_000 }).toBe(0);
  const fill = (log: string, bytesDone: number): void => {
    const pathEnd = `${log}/00000000000000000000.log`;
    disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', sticky: true, bytesDone, pathEnd });
  };
  const fatal = (): string[] => broker.lines.filter((line) => line.startsWith('FATAL'));
  const folders = (): string[] => disk.list(`${broker.directory}/data`);
  return { broker, client, connect, disk, fill, fatal, folders };
}

async function send(client: FaultClient, topic = TOPIC, partition = 0): Promise<number> {
  return (await client.produce(topic, partition, [{ key: null, value: 'v' }])).errorCode;
}

describe('no room', () => {
  it.each(PARTS)(
    'in the metadata log, after %i bytes: no topic is made, and later it is',
    async (bytesDone) => {
      const { broker, client, connect, disk, fill, fatal, folders } = await start();
      fill('__cluster_metadata-0', bytesDone);
      for (let attempt = 0; attempt < 2; attempt++) expect(await client.createTopic('late', 3)).toBe(STORAGE);
      expect(folders().filter((name) => name.startsWith('late'))).toEqual([]);
      expect(await send(client, 'late', 2)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
      expect(await send(client)).toBe(0);
      expect(await client.commit(GROUP, TOPIC, 0, 2)).toBe(0);

      disk.faults.clear();
      expect(await client.createTopic('late', 3)).toBe(0);
      expect(await send(client, 'late', 2)).toBe(0);
      expect(fatal()).toEqual([]);
      await broker.restart();
      const again = await connect();
      expect(await again.readAll('late', 2)).toHaveLength(1);
      expect(await again.readAll(TOPIC, 0)).toHaveLength(2);
      expect(await again.createTopic('later', 1)).toBe(0);
      expect(broker.lines.join('\n')).not.toMatch(/was cut from|set aside/);
    },
  );

  it.each(PARTS)('for committed offsets, after %i bytes: the last commit counts', async (bytesDone) => {
    const { broker, client, connect, disk, fill, fatal } = await start();
    fill('__consumer_offsets-0', bytesDone);
    for (const offset of [5, 6]) expect(await client.commit(GROUP, TOPIC, 0, offset)).not.toBe(0);
    expect(await client.commit('others', TOPIC, 0, 5)).not.toBe(0);
    expect(await client.committed(GROUP, TOPIC, 0)).toBe(1);
    expect(await client.committed('others', TOPIC, 0)).toBe(-1);
    expect(await send(client)).toBe(0);
    expect(await client.createTopic('late', 1)).toBe(0);

    disk.faults.clear();
    await expect.poll(() => client.commit(GROUP, TOPIC, 0, 2), { timeout: 10_000 }).toBe(0);
    expect(await client.committed(GROUP, TOPIC, 0)).toBe(2);
    expect(fatal()).toEqual([]);
    await broker.restart();
    const again = await connect();
    const committed = async (): Promise<number> => again.committed(GROUP, TOPIC, 0).catch(() => -3);
    await expect.poll(committed, { timeout: 10_000 }).toBe(2);
    expect(await again.committed('others', TOPIC, 0)).toBe(-1);
    expect(broker.lines.join('\n')).not.toMatch(/was cut from|set aside/);
  });
});
