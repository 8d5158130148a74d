/** Signatures first; the bodies follow in a moment. */
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { AppendOrigin, RecordError } from '../replication/replica-requests.ts';
import type { LogConfig } from './log-config.ts';

export interface PartitionLogOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  /** The partition's own folder, `<log.dir>/<topic>-<partition>`; made if it is not there. */
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly config: LogConfig;
  /** True when the log directory was closed cleanly: nothing is scanned then. Default false: everything from `recoveryPoint` on is checked. */
  readonly cleanShutdown?: boolean;
  /** All before it is known to be on the device. Default 0. */
  readonly recoveryPoint?: number;
  /** From the log-start-offset checkpoint. Default 0. */
  readonly logStartOffset?: number;
}

export interface AppendOptions {
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
}

/** `errorCode` 0: appended, or a repeated idempotent batch (`duplicate`) whose original offsets are given. */
export interface LogAppendResult {
  readonly errorCode: number;
  readonly errorMessage?: string;
  readonly recordErrors?: readonly RecordError[];
  readonly duplicate: boolean;
  /** -1 after an error. */
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** -1 unless the topic uses LogAppendTime. */
  readonly logAppendTimeMs: number;
  readonly recordCount: number;
}

export interface LogReadRequest {
  readonly offset: number;
  readonly maxBytes: number;
  /** Exclusive; batches that begin at it or later are left out. Default: the log end. */
  readonly maxOffset?: number;
  /** Give the first batch even if it is larger than maxBytes. Default false. */
  readonly minOneBatch?: boolean;
}

export declare class PartitionLog {
  /** Opens or creates the log, recovering it if it was not closed cleanly. Throws DiskError if the folder is unusable. */
  static open(options: PartitionLogOptions): PartitionLog;
  readonly topic: string;
  readonly partition: number;
  get logStartOffset(): number;
  /** Offset that the next record gets. */
  get logEndOffset(): number;
  get sizeBytes(): number;
  /** Synchronous; the buffer is stored with offsets and leader epoch set in place. Expected failures are error codes. */
  append(records: Buffer, options: AppendOptions): LogAppendResult;
  /** Whole batches from the one that holds `offset` on; empty at the end. Throws OffsetOutOfRangeError or CorruptLogError. */
  read(request: LogReadRequest): Buffer;
  /** Forces everything appended so far to the device. A rejection means the log is offline from now on. */
  flush(): Promise<void>;
  /** Flushes, writes the producer snapshot and closes the files. */
  close(): Promise<void>;
}
