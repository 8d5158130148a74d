/**
 * What is asked of one partition's log and what it answers: plain values. Who calls and how the answer is turned into
 * Kafka's is told in broker/replication.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { AppendOrigin, RecordError } from '../replication/replica-requests.ts';
import type { AppendRefusal } from './append-checks.ts';
import type { LogConfig } from './log-config.ts';
import type { OpenFiles } from './open-files.ts';
import type { TailCache } from './tail-cache.ts';

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
  /** The folder was made just now: nothing of a log is looked for in it. */
  readonly folderIsNew?: boolean;
  /** Forces the directory in which the folder is; default: each log does that by itself. */
  readonly syncParent?: () => Promise<void>;
  /** Shared among the logs of a process; default: a pool of its own. */
  readonly files?: OpenFiles;
  /** Shared among the logs of a broker; default: one of its own. */
  readonly tailCache?: TailCache;
  /** producer.id.expiration.ms; default one day. */
  readonly producerIdExpirationMs?: number;
  /** Called when what was to be forced is on the device, with how long that took. */
  readonly onFlushed?: ((tookMs: number) => void) | undefined;
  /** Called once, when the log goes offline. */
  readonly onFailure?: (cause: unknown) => void;
}

export interface AppendOptions {
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
  /** Of a marker: 2 when its epoch is later than that of all records of the transaction; default 0. */
  readonly transactionVersion?: number;
}

/** What a transaction coordinator says of a producer's transaction. */
export interface EndTransactionRequest {
  readonly committed: boolean;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly leaderEpoch: number;
  /** As in AppendOptions. */
  readonly transactionVersion?: number;
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

/** Why a log whose disk has failed, or that was closed, takes nothing. */
export function offline(name: string): AppendRefusal {
  return { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, errorMessage: `The log of ${name} is offline.` };
}
/** The answer to an append that left no trace. */
export function refused(refusal: AppendRefusal): LogAppendResult {
  const { errorCode, errorMessage, recordErrors } = refusal;
  const answer = {
    errorCode,
    errorMessage,
    duplicate: false,
    baseOffset: -1,
    lastOffset: -1,
    logAppendTimeMs: -1,
    recordCount: 0,
  };
  return recordErrors === undefined ? answer : { ...answer, recordErrors };
}
