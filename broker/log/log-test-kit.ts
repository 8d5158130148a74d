/** What the tests of this folder share: a log on a memory disk, batches to append, and a logger that remembers. */
import { encodeRecordBatch, type BatchInput } from '../../protocol/records/encode-batch.ts';
import { forEachBatch, type BatchHeader } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { defaultLogConfig, type LogConfig } from './log-config.ts';
import { PartitionLog, type LogAppendResult, type PartitionLogOptions } from './partition-log.ts';

export const TEST_DIRECTORY = '/data/t-0';

export class RememberingLogger implements Logger {
  readonly lines: string[] = [];

  info(message: string): void {
    this.lines.push(`INFO ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`WARN ${message}`);
  }
  error(message: string): void {
    this.lines.push(`ERROR ${message}`);
  }
  named(): Logger {
    return this;
  }
}

export interface TestLog {
  readonly log: PartitionLog;
  readonly platform: MemoryPlatform;
  readonly logger: RememberingLogger;
}

export function openLog(
  config: Partial<LogConfig> = {},
  options: Partial<PartitionLogOptions> & { platform?: MemoryPlatform } = {},
): TestLog {
  const platform = options.platform ?? createMemoryPlatform();
  const logger = new RememberingLogger();
  const log = PartitionLog.open({
    logger,
    directory: TEST_DIRECTORY,
    topic: 't',
    partition: 0,
    config: { ...defaultLogConfig, ...config },
    ...options,
    platform,
  });
  return { log, platform, logger };
}

/** A batch of `count` records with values that name them; times from `timestampMs` on, one ms apart. */
export function batchOf(
  count: number,
  input: Partial<BatchInput> & { label?: string; valueBytes?: number } = {},
): Buffer {
  const { label = 'r', valueBytes = 0, ...rest } = input;
  const timestampMs = input.timestampMs ?? 1_767_225_600_000;
  const records = Array.from({ length: count }, (_, index) => ({
    key: Buffer.from(`k${index}`),
    value: Buffer.from(`${label}-${index}`.padEnd(valueBytes, '.')),
    timestampMs: timestampMs + index,
  }));
  return encodeRecordBatch({ records, ...rest, timestampMs });
}

export function append(log: PartitionLog, batch: Buffer, leaderEpoch = 0): LogAppendResult {
  return log.append(batch, { leaderEpoch, origin: 'client' });
}

/** Headers of everything from `offset` to the log end. */
export function readHeaders(log: PartitionLog, offset = log.logStartOffset): BatchHeader[] {
  const headers: BatchHeader[] = [];
  for (let at = offset; at < log.logEndOffset;) {
    const bytes = log.read({ offset: at, maxBytes: 1_048_576, minOneBatch: true });
    if (bytes.length === 0) throw new Error(`nothing at offset ${at} below the end ${log.logEndOffset}`);
    forEachBatch(bytes, (header) => void headers.push(header));
    at = nextOf(headers.at(-1)?.lastOffset ?? -1, at);
  }
  return headers;
}

/** All bytes from the log start to its end, as a reader gets them. */
export function readAll(log: PartitionLog): Buffer {
  const parts: Buffer[] = [];
  for (let at = log.logStartOffset; at < log.logEndOffset;) {
    const bytes = log.read({ offset: at, maxBytes: 1_048_576, minOneBatch: true });
    parts.push(bytes);
    const headers: BatchHeader[] = [];
    forEachBatch(bytes, (header) => void headers.push(header));
    at = nextOf(headers.at(-1)?.lastOffset ?? -1, at);
  }
  return Buffer.concat(parts);
}

function nextOf(lastOffset: number, askedFor: number): number {
  if (lastOffset < askedFor)
    throw new Error(`asked for offset ${askedFor} and got a batch that ends at ${lastOffset}`);
  return lastOffset + 1;
}
