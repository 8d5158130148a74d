/**
 * A batch that compaction has emptied stays for its producer's sequence numbers, and its header keeps its time. The time index
 * speaks of records: its entries are what readers by time, and Kafka's dump tool, compare with the records of a batch.
 */
import { expect, it } from 'vitest';
import type { MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { PartitionLog } from '../partition-log.ts';
import { RememberingLogger } from '../log-test-kit.ts';
import {
  cleanAll,
  compactedConfig,
  DIRECTORY,
  openCompacted,
  readBatches,
  seal,
  write,
} from './cleaner-test-kit.ts';

const T0 = 1_767_225_600_000;
const ENTRY_BYTES = 12;

/** Offset and time of all entries of all time indexes. */
function timeEntries({ disk }: MemoryPlatform): { offset: number; timestampMs: number }[] {
  return disk
    .list(DIRECTORY)
    .filter((name) => name.endsWith('.timeindex'))
    .flatMap((name) => {
      const bytes = disk.readFile(`${DIRECTORY}/${name}`);
      return Array.from({ length: bytes.length / ENTRY_BYTES }, (_, index) => ({
        timestampMs: Number(bytes.readBigInt64BE(index * ENTRY_BYTES)),
        offset: Number(name.split('.')[0]) + bytes.readInt32BE(index * ENTRY_BYTES + 8),
      }));
    });
}

function expectTimesOfRecords(platform: MemoryPlatform, log: PartitionLog): void {
  const batches = readBatches(log);
  expect(batches.some(({ records }) => records.length === 0)).toBe(true);
  const entries = timeEntries(platform);
  expect(entries.length).toBeGreaterThan(0);
  for (const { offset, timestampMs } of entries) {
    const batch = batches.find(({ header }) => header.lastOffset === offset);
    expect(batch?.records.map((record) => record.timestampMs)).toContain(timestampMs);
  }
}

it('has no entry for a batch without records, neither after a round nor when it is built again', async () => {
  const { log, cleaner, platform } = openCompacted();
  // The youngest record of its segment, and the last of its producer.
  write(log, [['k', 'old']], { producerId: 7, producerEpoch: 0, baseSequence: 0, timestampMs: T0 + 50 });
  for (let number = 0; number < 20; number += 1)
    write(log, [[`k${number}`, 'v'.repeat(90)]], { timestampMs: T0 });
  write(log, [['k', 'new']], { timestampMs: T0 + 1 });
  await seal(log);
  await cleanAll(cleaner);
  expectTimesOfRecords(platform, log);
  await log.close();
  const again = PartitionLog.open({
    ...{ platform, logger: new RememberingLogger(), directory: DIRECTORY, topic: 't', partition: 0 },
    ...{ config: compactedConfig, cleanShutdown: false, recoveryPoint: 0 },
  });
  await again.flush();
  expectTimesOfRecords(platform, again);
});
