/** The line that the tool prints for a batch, of each format. */
import * as format from '../../protocol/records/batch-format.ts';
import { compressionOf, sequenceAfter } from './batch-records.ts';
import { legacyHeader } from './legacy-messages.ts';
import type { LogFile } from './log-file.ts';
import { checksumOf, isV2, lastOffsetOf, readV2Header, type StoredBatch } from './stored-batches.ts';

/** Magic, size and attributes: the part of a message that goes before its key. */
const LEGACY_HEADER_BYTES = 26;

export type TimestampType = 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';

export interface BatchFacts {
  readonly timestampType: TimestampType;
  readonly isControl: boolean;
  /** The line's beginning: what the header alone says. */
  readonly start: string;
  /** The rest of the line. Throws ProtocolError for a batch whose compression does not exist. */
  readonly rest: () => string;
}

interface Described {
  readonly start: string;
  readonly attributes: number;
  readonly timestampType: TimestampType;
  readonly maxTimestampMs: bigint;
}

export function describeBatch(log: LogFile, batch: StoredBatch): BatchFacts {
  const described = isV2(batch) ? describeV2(readV2Header(log, batch)) : describeLegacy(log, batch);
  const { start, attributes, timestampType, maxTimestampMs } = described;
  return {
    timestampType,
    isControl: isV2(batch) && (attributes & format.CONTROL_FLAG) !== 0,
    start,
    rest: () => {
      const compression = compressionOf(attributes);
      const { stored, isValid } = checksumOf(log, batch);
      return (
        ` position: ${String(batch.position)} ${timestampType}: ${String(maxTimestampMs)}` +
        ` size: ${String(batch.sizeBytes)} magic: ${String(batch.magic)} compresscodec: ${compression}` +
        ` crc: ${String(stored)} isvalid: ${String(isValid)}`
      );
    },
  };
}

function describeV2(header: Buffer): Described {
  const attributes = header.readInt16BE(format.ATTRIBUTES_POSITION);
  const has = (flag: number): string => String((attributes & flag) !== 0);
  const baseOffset = header.readBigInt64BE(format.BASE_OFFSET_POSITION);
  const lastOffsetDelta = header.readInt32BE(format.LAST_OFFSET_DELTA_POSITION);
  const baseSequence = header.readInt32BE(format.BASE_SEQUENCE_POSITION);
  const lastSequence =
    baseSequence === format.NONE ? format.NONE : sequenceAfter(baseSequence, lastOffsetDelta);
  // The base timestamp of a batch that compaction has passed is the time when its tombstones may go (KIP-534).
  const deleteHorizon =
    (attributes & format.DELETE_HORIZON_FLAG) === 0
      ? 'OptionalLong.empty'
      : `OptionalLong[${String(header.readBigInt64BE(format.BASE_TIMESTAMP_POSITION))}]`;
  return {
    start:
      `baseOffset: ${String(baseOffset)}` +
      ` lastOffset: ${String(BigInt.asIntN(64, baseOffset + BigInt(lastOffsetDelta)))}` +
      ` count: ${String(header.readInt32BE(format.RECORDS_COUNT_POSITION))}` +
      ` baseSequence: ${String(baseSequence)} lastSequence: ${String(lastSequence)}` +
      ` producerId: ${String(header.readBigInt64BE(format.PRODUCER_ID_POSITION))}` +
      ` producerEpoch: ${String(header.readInt16BE(format.PRODUCER_EPOCH_POSITION))}` +
      ` partitionLeaderEpoch: ${String(header.readInt32BE(format.PARTITION_LEADER_EPOCH_POSITION))}` +
      ` isTransactional: ${has(format.TRANSACTIONAL_FLAG)} isControl: ${has(format.CONTROL_FLAG)}` +
      ` deleteHorizonMs: ${deleteHorizon}`,
    attributes,
    timestampType: (attributes & format.LOG_APPEND_TIME_FLAG) === 0 ? 'CreateTime' : 'LogAppendTime',
    maxTimestampMs: header.readBigInt64BE(format.MAX_TIMESTAMP_POSITION),
  };
}

function describeLegacy(log: LogFile, batch: StoredBatch): Described {
  const offset = lastOffsetOf(log, batch);
  const header = legacyHeader(log.read(batch.position, Math.min(batch.sizeBytes, LEGACY_HEADER_BYTES)));
  const timestampType = header.isLogAppendTime ? 'LogAppendTime' : 'CreateTime';
  return {
    start: `offset: ${String(offset)}`,
    attributes: header.attributes,
    timestampType: batch.magic === 0 ? 'NoTimestampType' : timestampType,
    maxTimestampMs: header.timestampMs,
  };
}
