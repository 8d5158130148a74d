/**
 * Records that are deleted while somebody reads them: by retention, segment after segment, and by DeleteRecords (KIP-107). A
 * reader that is too slow is told that its offset is out of range, never given other records in place of those that it
 * asked for, and everything that it was not told to be gone it has read.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { deleteRecordsRequest, deleteRecordsResponse } from '../../protocol/messages/21-delete-records.ts';
import { timesOf } from '../campaign.ts';
import { check, type FinalLogs } from './checker.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { FaultProducer } from './fault-producer.ts';
import { History } from './history.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { SlowReader } from './slow-reader.ts';
import { underLoad } from './under-load.ts';

const TOPIC = 'short-lived';
const PARTITIONS = 2;
/** How often each partition's reader must have been told that it is too late. */
const JUMPS = 1 + timesOf(1);
const SETTINGS = [...IMPATIENT, 'log.retention.check.interval.ms=300', 'log.segment.delete.delay.ms=100'];
const CONFIGS = {
  'min.insync.replicas': '2',
  'segment.bytes': '1048576',
  'retention.bytes': '2097152',
  'retention.ms': '-1',
};
const LITTLE_BYTES = 16_384;
const MUCH_BYTES = 2_097_152;
const LIMIT_MS = 90_000;
const deleteRecordsApi = apiCall(deleteRecordsRequest, deleteRecordsResponse);

/** Deletes all below the high watermark of the partition, and gives the first offset that is left. */
async function deleteRecords(client: KafkaCluster, leader: number, partition: number): Promise<number> {
  const partitions = [{ partitionIndex: partition, offset: -1n }];
  const body = { topics: [{ name: TOPIC, partitions }], timeoutMs: 10_000 };
  const answer = await client.call(leader, deleteRecordsApi, body, { once: true, timeoutMs: 15_000 });
  const done = answer.topics[0]?.partitions[0];
  expect(done?.errorCode).toBe(0);
  return Number(done?.lowWatermark ?? -1n);
}

/** What is there, what the reader saw of what is not, and below that what was acknowledged. */
function everything(reader: SlowReader, history: History, starts: readonly number[]): FinalLogs {
  const logs = new Map([...reader.read].map(([partition, read]) => [partition, new Map(read)]));
  for (const { producer, partition, number, offset } of history.acknowledged) {
    const log = logs.get(partition);
    if (offset < (starts[partition] ?? 0) && log?.has(offset) === false)
      log.set(offset, `${producer}:${String(partition)}:${String(number)}`);
  }
  return logs;
}

it(
  'tells a slow reader what is gone, and gives it all the rest',
  { timeout: 240_000 + JUMPS * 20_000 },
  async () => {
    const cluster = await ClusterUnderFault.start({ settings: SETTINGS });
    const { bootstrap } = cluster;
    const processes = cluster.nodes.map(({ child }) => child?.pid);
    await underLoad(cluster, { producers: 1, members: 1, intervalMs: 100 }, async () => {
      const client = new KafkaCluster({ bootstrap, clientId: 'record-deleter', requestTimeoutMs: 10_000 });
      const topic = { name: TOPIC, partitions: PARTITIONS, replicationFactor: 3, configs: CONFIGS };
      expect((await createTopics(client, [topic], 10_000))[0]?.error).toBe(null);
      const history = new History();
      const producer = new FaultProducer({
        ...{ name: 'short-lived', bootstrap, topic: TOPIC, partitions: PARTITIONS, history },
        ...{ intervalMs: 10, recordsPerBatch: 10, paddingBytes: 2_000 },
      });
      const reader = new SlowReader(bootstrap, TOPIC, PARTITIONS);
      const jumps = (partition: number): number =>
        reader.gone.filter((gone) => gone.partition === partition).length;
      await producer.start();
      const endMs = performance.now() + LIMIT_MS;
      while ([0, 1].some((partition) => jumps(partition) < JUMPS)) {
        expect(performance.now(), `${JSON.stringify(reader.gone)} in time`).toBeLessThan(endMs);
        for (let partition = 0; partition < PARTITIONS; partition++)
          await reader.step(partition, LITTLE_BYTES);
        expect(reader.wrong).toEqual([]);
        await pause(100);
      }
      const before = jumps(1);
      const start = await deleteRecords(client, await reader.leaderOf(1), 1);
      expect(start).toBeGreaterThan(reader.nextOffset(1));
      await reader.step(1, LITTLE_BYTES);
      expect(jumps(1)).toBe(before + 1);
      expect(reader.nextOffset(1)).toBeGreaterThanOrEqual(start);
      await producer.finish(30_000);
      // The rest, as fast as it comes.
      const starts = Array.from({ length: PARTITIONS }, () => 0);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        for (let end: number | null = null; end === null || reader.nextOffset(partition) < end;)
          end = await reader.step(partition, MUCH_BYTES);
        for (const { partition: of, to } of reader.gone) if (of === partition) starts[partition] = to;
      }
      expect(reader.wrong).toEqual([]);
      const verdict = check(history, everything(reader, history, starts));
      expect(verdict.breaches).toEqual([]);
      // Each offset was read or named as gone, and none of both twice.
      for (let partition = 0; partition < PARTITIONS; partition++) {
        let counted = reader.read.get(partition)?.size ?? 0;
        for (const { partition: of, from, to } of reader.gone) if (of === partition) counted += to - from;
        expect(counted).toBe(reader.nextOffset(partition));
      }
      await producer.close();
      reader.close();
      client.close();
    });
    expect(cluster.nodes.map(({ child }) => child?.pid)).toEqual(processes);
    expect(cluster.nodes.every(({ id }) => cluster.isRunning(id))).toBe(true);
  },
);
