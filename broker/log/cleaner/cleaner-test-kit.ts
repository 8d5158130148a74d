/** What the tests of this folder share: a compacted log on a memory disk, its cleaner, and what a reader finds in it. */
import { decodeRecords, type DecodedRecord } from '../../../protocol/records/decode-records.ts';
import { encodeRecordBatch, type BatchInput } from '../../../protocol/records/encode-batch.ts';
import { forEachBatch, type BatchHeader } from '../../../protocol/records/record-batch.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { defaultLogConfig, type LogConfig } from '../log-config.ts';
import type { ManagedLog } from '../log-manager.ts';
import { readAll, RememberingLogger } from '../log-test-kit.ts';
import { PartitionLog } from '../partition-log.ts';
import { LogCleaner, type CleanerSettings } from './log-cleaner.ts';

export const ROOT = '/data';
export const DIRECTORY = '/data/t-0';

export const compactedConfig: LogConfig = {
  ...defaultLogConfig,
  cleanupCompact: true,
  cleanupDelete: false,
  minCleanableDirtyRatio: 0,
  segmentBytes: 600,
  indexIntervalBytes: 100,
};

export const cleanerSettings: CleanerSettings = {
  enabled: true,
  backoffMs: 15_000,
  ioMaxBytesPerSecond: Number.MAX_VALUE,
  dedupeBufferBytes: 1_048_576,
  loadFactor: 0.9,
  ioBufferBytes: 65_536,
};

export interface CompactedLog {
  readonly platform: MemoryPlatform;
  readonly logger: RememberingLogger;
  readonly managed: ManagedLog;
  readonly log: PartitionLog;
  readonly cleaner: LogCleaner;
}

export interface OpenOptions {
  readonly platform?: MemoryPlatform;
  readonly config?: Partial<LogConfig>;
  readonly settings?: Partial<CleanerSettings>;
  readonly cleanShutdown?: boolean;
  readonly recoveryPoint?: number;
}

export function openCompacted(options: OpenOptions = {}): CompactedLog {
  const platform = options.platform ?? createMemoryPlatform();
  const logger = new RememberingLogger();
  const log = PartitionLog.open({
    ...{ platform, logger, directory: DIRECTORY, topic: 't', partition: 0 },
    config: { ...compactedConfig, ...options.config },
    cleanShutdown: options.cleanShutdown ?? false,
    recoveryPoint: options.recoveryPoint ?? 0,
  });
  const directory = { path: ROOT, directoryId: 'd', wasCleanShutdown: false, previousBrokerEpoch: -1 };
  const managed: ManagedLog = { log, directory, topicId: null, checkpointedHighWatermark: 0 };
  const cleaner = new LogCleaner({
    ...{ platform, logger },
    logs: () => [managed],
    lastStableOffsetOf: () => log.lastStableOffset(log.logEndOffset),
    settings: () => ({ ...cleanerSettings, ...options.settings }),
  });
  return { platform, logger, managed, log, cleaner };
}

export interface Entry {
  readonly key: string | null;
  /** Null: a tombstone. */
  readonly value: string | null;
  readonly timestampMs?: number;
}

/** Appends one batch; entries are [key, value]. Gives its base offset. */
export function write(
  log: PartitionLog,
  entries: readonly (readonly [string | null, string | null])[],
  input: Partial<BatchInput> = {},
): number {
  const batch = encodeRecordBatch({
    timestampMs: 1_767_225_600_000,
    baseOffset: log.logEndOffset,
    ...input,
    records: entries.map(([key, value]) => ({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    })),
  });
  const result = log.appendFetched(batch, 0);
  if (result.errorCode !== 0) throw new Error(`not appended: ${result.errorMessage ?? result.errorCode}`);
  return result.baseOffset;
}

/** Makes everything written so far cleanable: a new active segment, and all before it on the device. */
export async function seal(log: PartitionLog): Promise<void> {
  const before = log.segmentCount;
  for (let filler = 0; log.segmentCount === before || log.segments.at(-1)?.sizeBytes === 0; filler++) {
    write(log, [[`filler-${filler % 2}`, 'x'.repeat(300)]]);
  }
  await log.flush();
}

export interface FoundRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
}

/** Every record that a reader from the start gets, transaction markers left out. */
export function readRecords(log: PartitionLog): FoundRecord[] {
  return readBatches(log).flatMap(({ header, records }) =>
    header.isControl
      ? []
      : records.map(({ offset, key, value }) => ({
          offset,
          key: key?.toString() ?? '(none)',
          value: value?.toString() ?? null,
        })),
  );
}

export function readBatches(log: PartitionLog): { header: BatchHeader; records: DecodedRecord[] }[] {
  const bytes = readAll(log);
  const batches: { header: BatchHeader; records: DecodedRecord[] }[] = [];
  forEachBatch(bytes, (header) => {
    batches.push({ header, records: [...decodeRecords(bytes, header)] });
  });
  return batches;
}

/** Runs rounds until there is nothing to do. */
export async function cleanAll(cleaner: LogCleaner): Promise<number> {
  let rounds = 0;
  while (await cleaner.cleanDirtiest()) {
    rounds++;
    if (rounds > 1000) throw new Error('the cleaner does not come to an end');
  }
  return rounds;
}
