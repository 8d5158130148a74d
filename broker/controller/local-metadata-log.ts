/**
 * The metadata log of a cluster of one: `__cluster_metadata-0` in the first log directory, an ordinary partition log.
 *
 * Every append is forced to the device before it counts as committed: a topic that a client was told about is there
 * after a power cut. A batch that was not forced may be cut off by the recovery at the next start, and nobody was
 * told about it. Nothing is ever removed from it yet; its size is some 50 bytes a change.
 */
import { join } from 'node:path';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { readBatchHeader } from '../../protocol/records/record-batch.ts';
import { defaultLogConfig, type LogConfig } from '../log/log-config.ts';
import type { LogDirectory } from '../log/log-directories.ts';
import { PartitionLog } from '../log/partition-log.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import { type MetadataLog, MetadataLogError, type StoredRecord } from './metadata-log.ts';
import { METADATA_TOPIC } from './topic-name.ts';

export interface LocalMetadataLogOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly directory: Pick<LogDirectory, 'path' | 'wasCleanShutdown'>;
}

/** The only writer there will ever be in a cluster of one. */
const LEADER_EPOCH = 1;
const READ_BYTES = 1_048_576;

const CONFIG: LogConfig = {
  ...defaultLogConfig,
  cleanupDelete: false,
  retentionMs: -1,
  // It is only ever read from the start: small indexes will do, which are allocated in full while a segment grows.
  segmentBytes: 67_108_864,
  segmentIndexBytes: 262_144,
  // One command is one batch: 10,000 records, some of them with long config values.
  maxMessageBytes: 33_554_432,
};

export class LocalMetadataLog implements MetadataLog {
  readonly #log: PartitionLog;
  readonly #platform: Platform;

  static open(options: LocalMetadataLogOptions): LocalMetadataLog {
    const { platform, logger, directory } = options;
    const log = PartitionLog.open({
      ...{ platform, logger, topic: METADATA_TOPIC, partition: 0, config: CONFIG },
      directory: join(directory.path, `${METADATA_TOPIC}-0`),
      cleanShutdown: directory.wasCleanShutdown,
    });
    return new LocalMetadataLog(log, platform);
  }

  private constructor(log: PartitionLog, platform: Platform) {
    this.#log = log;
    this.#platform = platform;
  }

  *replay(): Generator<readonly StoredRecord[]> {
    let offset = this.#log.logStartOffset;
    while (offset < this.#log.logEndOffset) {
      const batches = this.#log.read({ offset, maxBytes: READ_BYTES, minOneBatch: true });
      if (batches.length === 0) return;
      const records: StoredRecord[] = [];
      let position = 0;
      while (position < batches.length) {
        const header = readBatchHeader(batches, position);
        if (!header.isControl) {
          for (const record of decodeRecords(batches, header)) {
            if (record.value !== null) records.push({ offset: record.offset, value: record.value });
          }
        }
        offset = header.lastOffset + 1;
        position += header.sizeBytes;
      }
      yield records;
    }
  }

  async append(values: readonly Buffer[]): Promise<number> {
    const records = values.map((value) => ({ key: null, value }));
    const batch = encodeRecordBatch({ records, timestampMs: this.#platform.clock.wallMs() });
    const result = this.#log.append(batch, { leaderEpoch: LEADER_EPOCH, origin: 'coordinator' });
    if (result.errorCode !== 0) {
      const message = result.errorMessage ?? `the log refused the batch (error ${String(result.errorCode)})`;
      throw new MetadataLogError(message, { outcomeUnknown: this.#log.isOffline });
    }
    try {
      await this.#log.flush();
    } catch (cause) {
      throw new MetadataLogError('the device did not confirm the write', { outcomeUnknown: true, cause });
    }
    return result.baseOffset;
  }

  async close(): Promise<void> {
    await this.#log.close();
  }
}
