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
import {
  type MetadataLog,
  MetadataLogFull,
  type MetadataLogListener,
  NotMetadataLeader,
  type StoredRecord,
} from './metadata-log/metadata-log.ts';
import { METADATA_TOPIC } from './topic-name.ts';

export interface LocalMetadataLogOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly directory: Pick<LogDirectory, 'path' | 'wasCleanShutdown'>;
  readonly nodeId: number;
  /** The device did not confirm a write: the process must be restarted. */
  readonly onFatal: (message: string, cause: unknown) => void;
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
  readonly #options: LocalMetadataLogOptions;
  #listener: MetadataLogListener | null = null;
  #failed = false;

  static open(options: LocalMetadataLogOptions): LocalMetadataLog {
    const { platform, logger, directory } = options;
    const log = PartitionLog.open({
      ...{ platform, logger, topic: METADATA_TOPIC, partition: 0, config: CONFIG },
      directory: join(directory.path, `${METADATA_TOPIC}-0`),
      cleanShutdown: directory.wasCleanShutdown,
    });
    return new LocalMetadataLog(log, options);
  }

  private constructor(log: PartitionLog, options: LocalMetadataLogOptions) {
    this.#log = log;
    this.#options = options;
  }

  get leader(): { readonly epoch: number; readonly leaderId: number | null } {
    return { epoch: LEADER_EPOCH, leaderId: this.#options.nodeId };
  }

  readonly bytesSinceSnapshot = 0;

  async start(listener: MetadataLogListener): Promise<void> {
    this.#listener = listener;
    let offset = this.#log.logStartOffset;
    while (offset < this.#log.logEndOffset) {
      const batches = this.#log.read({ offset, maxBytes: READ_BYTES, minOneBatch: true });
      if (batches.length === 0) break;
      const records: StoredRecord[] = [];
      for (let position = 0; position < batches.length;) {
        const header = readBatchHeader(batches, position);
        for (const record of header.isControl ? [] : decodeRecords(batches, header)) {
          if (record.value !== null) records.push({ offset: record.offset, value: record.value });
        }
        offset = header.lastOffset + 1;
        position += header.sizeBytes;
      }
      listener.committed(records, { endOffset: offset, epoch: LEADER_EPOCH, appendedMs: 0 });
      // Other parts of the process start meanwhile.
      await Promise.resolve();
    }
    listener.leaderChanged(LEADER_EPOCH, this.#options.nodeId);
    listener.becameActive(LEADER_EPOCH);
  }

  async append(epoch: number, batches: readonly (readonly Buffer[])[]): Promise<number> {
    if (this.#failed || epoch !== LEADER_EPOCH) throw new NotMetadataLeader('The metadata log has failed.');
    const first = this.#log.logEndOffset;
    const stored: StoredRecord[] = [];
    for (const values of batches) {
      const records = values.map((value) => ({ key: null, value }));
      const batch = encodeRecordBatch({ records, timestampMs: this.#options.platform.clock.wallMs() });
      const result = this.#log.append(batch, { leaderEpoch: LEADER_EPOCH, origin: 'coordinator' });
      if (result.errorCode !== 0) {
        const message =
          result.errorMessage ?? `the log refused the batch (error ${String(result.errorCode)})`;
        if (this.#log.isOffline || stored.length > 0) throw this.#fail(message, null);
        throw new MetadataLogFull(message);
      }
      values.forEach((value, index) => stored.push({ offset: result.baseOffset + index, value }));
    }
    try {
      await this.#log.flush();
    } catch (cause) {
      throw this.#fail('the device did not confirm the write', cause);
    }
    const position = { endOffset: first + stored.length, epoch: LEADER_EPOCH, appendedMs: 0 };
    this.#listener?.committed(stored, position);
    return first;
  }

  #fail(reason: string, cause: unknown): NotMetadataLeader {
    this.#failed = true;
    const message = `The metadata log cannot be written any more (${reason}); the broker must be restarted.`;
    this.#options.onFatal(message, cause);
    this.#listener?.lostLeadership(LEADER_EPOCH);
    return new NotMetadataLeader(message);
  }

  writeSnapshot(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#log.close();
  }
}
