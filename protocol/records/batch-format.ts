/**
 * The layout of a record batch, format 2 (KIP-98, class DefaultRecordBatch): where each header field lies.
 *
 *   baseOffset int64 | batchLength int32 | partitionLeaderEpoch int32 | magic int8 | crc uint32 | attributes int16 |
 *   lastOffsetDelta int32 | baseTimestamp int64 | maxTimestamp int64 | producerId int64 | producerEpoch int16 |
 *   baseSequence int32 | recordsCount int32 | records
 *
 * batchLength counts what follows it. The checksum covers everything from the attributes on, so that a broker can set
 * the offset and the leader epoch without touching it.
 */
export const BASE_OFFSET_POSITION = 0;
export const BATCH_LENGTH_POSITION = 8;
export const PARTITION_LEADER_EPOCH_POSITION = 12;
export const MAGIC_POSITION = 16;
export const CRC_POSITION = 17;
export const ATTRIBUTES_POSITION = 21;
export const LAST_OFFSET_DELTA_POSITION = 23;
export const BASE_TIMESTAMP_POSITION = 27;
export const MAX_TIMESTAMP_POSITION = 35;
export const PRODUCER_ID_POSITION = 43;
export const PRODUCER_EPOCH_POSITION = 51;
export const BASE_SEQUENCE_POSITION = 53;
export const RECORDS_COUNT_POSITION = 57;

/** Bytes of a batch without its records. */
export const BATCH_HEADER_BYTES = 61;
/** Base offset and length: what stands before the bytes that batchLength counts. */
export const LOG_OVERHEAD_BYTES = 12;
/** Up to here a batch can be recognised: size and magic. */
export const RECOGNISABLE_BYTES = 17;

export const MAGIC_V2 = 2;

export const COMPRESSION_MASK = 0x07;
export const LOG_APPEND_TIME_FLAG = 0x08;
export const TRANSACTIONAL_FLAG = 0x10;
export const CONTROL_FLAG = 0x20;
export const DELETE_HORIZON_FLAG = 0x40;

/** "There is none" in producerId, producerEpoch, baseSequence, partitionLeaderEpoch and timestamps. */
export const NONE = -1;

/** The compression codes of the attributes, bits 0 to 2. */
export const CompressionCode = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
export type CompressionName = keyof typeof CompressionCode;

const NAMES: readonly CompressionName[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

/** Name of a compression code, or null for the codes that no version of Kafka defines. */
export function compressionNameOf(code: number): CompressionName | null {
  return NAMES[code] ?? null;
}
