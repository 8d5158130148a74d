/**
 * Test support: records that a client might send, good and bad, with the answer of Apache Kafka to each. The answers
 * were recorded from running brokers (4.3.1; 3.9.1 for Produce 0 to 2, the last release that takes them); `ours` is
 * set where this broker answers otherwise, and says why.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import { compress } from '../../protocol/records/compression.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { setCrc, type CompressionName } from '../../protocol/records/record-batch.ts';
import { writeVarintAt } from '../../protocol/wire/varint.ts';

export interface ProduceCase {
  readonly name: string;
  readonly version: number;
  readonly config: Readonly<Record<string, string>>;
  readonly make: () => Buffer;
}

const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const BASE_TIMESTAMP = 27;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
const PRODUCER_EPOCH = 51;
const BASE_SEQUENCE = 53;
const RECORD_COUNT = 57;
const RECORDS = 61;
const CODES: Record<CompressionName, number> = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

export function varint(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  return bytes.subarray(0, writeVarintAt(bytes, 0, value));
}

/** One record of format 2 with every field free. */
export function rawRecord(fields: {
  attributes?: number;
  timestampDelta?: number;
  offsetDelta?: number;
  key?: Buffer | number;
  value?: Buffer | number;
  headers?: Buffer;
  length?: number;
}): Buffer {
  const part = (bytes: Buffer | number): Buffer[] =>
    typeof bytes === 'number' ? [varint(bytes)] : [varint(bytes.length), bytes];
  const body = Buffer.concat([
    Buffer.from([fields.attributes ?? 0]),
    varint(fields.timestampDelta ?? 0),
    varint(fields.offsetDelta ?? 0),
    ...part(fields.key ?? Buffer.from('k')),
    ...part(fields.value ?? Buffer.from('v')),
    fields.headers ?? varint(0),
  ]);
  return Buffer.concat([varint(fields.length ?? body.length), body]);
}

/** A batch around a record section that may be anything, with a right checksum. */
export function batchAround(
  section: Buffer,
  options: { count?: number; codec?: CompressionName; timestampMs?: number } = {},
): Buffer {
  const { count = 1, codec = 'none', timestampMs = Date.now() } = options;
  const header = encodeRecordBatch({ records: [{ key: null, value: null }], timestampMs }).subarray(
    0,
    RECORDS,
  );
  const batch = Buffer.concat([header, section]);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt16BE(CODES[codec], ATTRIBUTES);
  batch.writeInt32BE(count - 1, LAST_OFFSET_DELTA);
  batch.writeInt32BE(count, RECORD_COUNT);
  setCrc(batch, 0, batch.length);
  return batch;
}

export function good(compression: CompressionName = 'none', count = 3, key: string | null = 'k'): Buffer {
  const records = Array.from({ length: count }, (_unused, index) => ({
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(`value ${String(index)}`),
  }));
  return encodeRecordBatch({ records, timestampMs: Date.now(), compression });
}

/** A batch with bytes changed and its checksum made right again. */
export function edited(change: (bytes: Buffer) => void, source = good()): Buffer {
  const bytes = Buffer.from(source);
  change(bytes);
  setCrc(bytes, 0, bytes.length);
  return bytes;
}

function header16(batch: () => Buffer, at: number, value: number): () => Buffer {
  return () => edited((bytes) => bytes.writeInt16BE(value, at), batch());
}
function header32(batch: () => Buffer, at: number, value: number): () => Buffer {
  return () => edited((bytes) => bytes.writeInt32BE(value, at), batch());
}
function header64(batch: () => Buffer, at: number, value: bigint): () => Buffer {
  return () => edited((bytes) => bytes.writeBigInt64BE(value, at), batch());
}

const cases: ProduceCase[] = [];
function add(name: string, make: () => Buffer, config: Record<string, string> = {}, version = 9): void {
  cases.push({ name, version, config, make });
}

const compact = { 'cleanup.policy': 'compact' };
const strictTime = { 'message.timestamp.before.max.ms': '1000', 'message.timestamp.after.max.ms': '1000' };
const plain = (): Buffer => good();

// Framing
add('good', plain);
add('empty', () => Buffer.alloc(0));
add('ten bytes', () => Buffer.alloc(10));
add('seventeen zero bytes', () => Buffer.alloc(17));
add('cut header', () => plain().subarray(0, 40));
add('cut batch', () => plain().subarray(0, 80));
add('length -1', () => edited((b) => b.writeInt32BE(-1, 8)));
add('length 13', () => edited((b) => b.writeInt32BE(13, 8)));
add('length 20', () => edited((b) => b.writeInt32BE(20, 8)));
add('length 2^31-1', () => edited((b) => b.writeInt32BE(0x7fffffff, 8)));
add('magic -1', () => edited((b) => b.writeInt8(-1, 16)));
add('magic 0', () => edited((b) => b.writeInt8(0, 16)));
add('magic 1', () => edited((b) => b.writeInt8(1, 16)));
add('magic 3', () => edited((b) => b.writeInt8(3, 16)));
add('wrong checksum', () => {
  const bytes = plain();
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  return bytes;
});
add('two batches', () => Buffer.concat([plain(), plain()]));
add('five bytes behind', () => Buffer.concat([plain(), Buffer.alloc(5)]));
add('thirty zero bytes behind', () => Buffer.concat([plain(), Buffer.alloc(30)]));
add('a cut batch behind', () => Buffer.concat([plain(), plain().subarray(0, 70)]));
add('leader epoch 7', () => edited((b) => b.writeInt32BE(7, 12)));
add('base offset 5', () => edited((b) => b.writeBigInt64BE(5n, 0)));
add('base offset -1', () => edited((b) => b.writeBigInt64BE(-1n, 0)));
add('base offset 2^62', () => edited((b) => b.writeBigInt64BE(2n ** 62n, 0)));
for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
  const batch = (): Buffer => good(codec);
  add(`${codec}: good`, batch);
  add(`${codec}: count 2 of 3`, () =>
    edited((b) => {
      b.writeInt32BE(2, RECORD_COUNT);
      b.writeInt32BE(1, LAST_OFFSET_DELTA);
    }, batch()),
  );
  add(`${codec}: count 4 of 3`, () =>
    edited((b) => {
      b.writeInt32BE(4, RECORD_COUNT);
      b.writeInt32BE(3, LAST_OFFSET_DELTA);
    }, batch()),
  );
  add(`${codec}: count 0`, header32(batch, RECORD_COUNT, 0));
  add(`${codec}: count 0 delta -1`, () =>
    edited((b) => {
      b.writeInt32BE(0, RECORD_COUNT);
      b.writeInt32BE(-1, LAST_OFFSET_DELTA);
    }, batch()),
  );
  add(`${codec}: count -1`, header32(batch, RECORD_COUNT, -1));
  add(`${codec}: count huge`, header32(batch, RECORD_COUNT, 0x7fffffff));
  add(`${codec}: count and delta huge`, () =>
    edited((b) => {
      b.writeInt32BE(0x7fffffff, RECORD_COUNT);
      b.writeInt32BE(0x7ffffffe, LAST_OFFSET_DELTA);
    }, batch()),
  );
  add(`${codec}: last offset delta 9`, header32(batch, LAST_OFFSET_DELTA, 9));
  add(`${codec}: control`, header16(batch, ATTRIBUTES, CODES[codec] | 0x20));
  add(`${codec}: transactional without id`, header16(batch, ATTRIBUTES, CODES[codec] | 0x10));
  add(`${codec}: log append time bit`, header16(batch, ATTRIBUTES, CODES[codec] | 0x08));
  add(`${codec}: delete horizon bit`, header16(batch, ATTRIBUTES, CODES[codec] | 0x40));
  add(`${codec}: unknown bit 7`, header16(batch, ATTRIBUTES, CODES[codec] | 0x80));
  add(`${codec}: unknown bit 14`, header16(batch, ATTRIBUTES, CODES[codec] | 0x4000));
  add(`${codec}: wrong max timestamp`, header64(batch, MAX_TIMESTAMP, 5n));
  add(`${codec}: max timestamp -1`, header64(batch, MAX_TIMESTAMP, -1n));
  add(`${codec}: base timestamp -1`, header64(batch, BASE_TIMESTAMP, -1n));
  add(`${codec}: base timestamp -5`, header64(batch, BASE_TIMESTAMP, -5n));
  add(`${codec}: base timestamp 2^62`, header64(batch, BASE_TIMESTAMP, 2n ** 62n));
  add(`${codec}: broken section`, () => batchAround(Buffer.alloc(30, 0x66), { codec }));
  add(`${codec}: empty section, count 1`, () => batchAround(Buffer.alloc(0), { codec }));
  add(`${codec}: no key, compacted`, () => good(codec, 3, null), compact);
  add(
    `${codec}: too old`,
    () =>
      encodeRecordBatch({
        records: [1, 2].map((n) => ({ key: null, value: null, timestampMs: Date.now() - n * 5000 })),
        timestampMs: 0,
        compression: codec,
      }),
    strictTime,
  );
  add(
    `${codec}: second too new`,
    () =>
      encodeRecordBatch({
        records: [0, 100_000].map((n) => ({ key: null, value: null, timestampMs: Date.now() + n })),
        timestampMs: 0,
        compression: codec,
      }),
    strictTime,
  );
  add(
    `${codec}: too old, log append time`,
    () => encodeRecordBatch({ records: [{ key: null, value: null }], timestampMs: 5, compression: codec }),
    {
      ...strictTime,
      'message.timestamp.type': 'LogAppendTime',
    },
  );
  add(`${codec}: append time bit, log append time`, header16(batch, ATTRIBUTES, CODES[codec] | 0x08), {
    'message.timestamp.type': 'LogAppendTime',
  });
  const section = (name: string, records: Buffer, count = 1, config: Record<string, string> = {}): void =>
    add(`${codec}: ${name}`, () => batchAround(compress(codec, records), { codec, count }), config);
  section('offset deltas 0 0', Buffer.concat([rawRecord({}), rawRecord({})]), 2);
  section('offset deltas 1 0', Buffer.concat([rawRecord({ offsetDelta: 1 }), rawRecord({})]), 2);
  section('offset deltas 0 7', Buffer.concat([rawRecord({}), rawRecord({ offsetDelta: 7 })]), 2);
  section('offset delta -1', rawRecord({ offsetDelta: -1 }));
  section('record attributes 1', rawRecord({ attributes: 1 }));
  section('record length too short', rawRecord({ length: 4 }));
  section('record length too long', rawRecord({ length: 40 }));
  section('record length one more and a byte', Buffer.concat([rawRecord({ length: 9 }), Buffer.alloc(1)]));
  section('record length -1', rawRecord({ length: -1 }));
  section('record length 0', varint(0));
  section('key length -2', rawRecord({ key: -2 }));
  section('key length -2, compacted', rawRecord({ key: -2 }), 1, compact);
  section('key length beyond', rawRecord({ key: 100 }));
  section('value length -3', rawRecord({ value: -3 }));
  section('null key and value', rawRecord({ key: -1, value: -1 }));
  section('header count -1', rawRecord({ headers: varint(-1) }));
  section('header count huge', rawRecord({ headers: varint(0x7fffffff) }));
  section('header key -1', rawRecord({ headers: Buffer.concat([varint(1), varint(-1), varint(0)]) }));
  section('header value -1', rawRecord({ headers: Buffer.concat([varint(1), varint(0), varint(-1)]) }));
  section('header value -2', rawRecord({ headers: Buffer.concat([varint(1), varint(0), varint(-2)]) }));
  section('header value beyond', rawRecord({ headers: Buffer.concat([varint(1), varint(0), varint(9)]) }));
  section(
    'header key not utf-8',
    rawRecord({ headers: Buffer.concat([varint(1), varint(1), Buffer.from([0xff]), varint(0)]) }),
  );
  section('bytes behind the last record', Buffer.concat([rawRecord({}), Buffer.alloc(3)]));
  section('a record more than the count', Buffer.concat([rawRecord({}), rawRecord({ offsetDelta: 1 })]));
  section('timestamp delta far back', rawRecord({ timestampDelta: -2_000_000_000 }));
  section(
    'overlong varint',
    Buffer.concat([Buffer.from([0x92, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), rawRecord({}).subarray(1)]),
  );
}
// Codecs
for (let code = 5; code < 8; code++) add(`codec ${String(code)}`, header16(plain, ATTRIBUTES, code));
add('gzip bit on plain records', header16(plain, ATTRIBUTES, 1));
add('zlib instead of gzip', () => batchAround(deflateSync(rawRecord({})), { codec: 'gzip' }));
add('gzip cut', () => batchAround(compress('gzip', rawRecord({})).subarray(0, -9), { codec: 'gzip' }));
add('gzip trailer wrong', () => {
  const bytes = compress('gzip', rawRecord({}));
  bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff;
  return batchAround(bytes, { codec: 'gzip' });
});
add('gzip, garbage behind', () =>
  batchAround(Buffer.concat([compress('gzip', rawRecord({})), Buffer.alloc(9, 7)]), { codec: 'gzip' }),
);
add('gzip, two members', () =>
  batchAround(
    Buffer.concat([compress('gzip', rawRecord({})), compress('gzip', rawRecord({ offsetDelta: 1 }))]),
    { codec: 'gzip', count: 2 },
  ),
);
add('lz4 cut', () =>
  batchAround(compress('lz4', rawRecord({ value: Buffer.alloc(200, 'a') })).subarray(0, -9), {
    codec: 'lz4',
  }),
);
add('lz4 end mark missing', () =>
  batchAround(compress('lz4', rawRecord({})).subarray(0, -4), { codec: 'lz4' }),
);
add('lz4 wrong header checksum', () => {
  const bytes = Buffer.from(compress('lz4', rawRecord({})));
  const at = (bytes[4] ?? 0) & 8 ? 14 : 6;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return batchAround(bytes, { codec: 'lz4' });
});
add('lz4, two frames', () =>
  batchAround(
    Buffer.concat([compress('lz4', rawRecord({})), compress('lz4', rawRecord({ offsetDelta: 1 }))]),
    { codec: 'lz4', count: 2 },
  ),
);
add('snappy cut', () => batchAround(compress('snappy', rawRecord({})).subarray(0, -2), { codec: 'snappy' }));
add('snappy raw', () => batchAround(compress('snappy', rawRecord({})).subarray(20), { codec: 'snappy' }));
add('snappy claims four gigabytes', () =>
  batchAround(Buffer.from('ffffffff0f00', 'hex'), { codec: 'snappy' }),
);
add('zstd cut', () => batchAround(compress('zstd', rawRecord({})).subarray(0, -2), { codec: 'zstd' }));
add('zstd, two frames', () =>
  batchAround(
    Buffer.concat([compress('zstd', rawRecord({})), compress('zstd', rawRecord({ offsetDelta: 1 }))]),
    { codec: 'zstd', count: 2 },
  ),
);
add('zstd version 6', () => good('zstd'), {}, 6);
add('zstd version 7', () => good('zstd'), {}, 7);
add('two zstd batches version 6', () => Buffer.concat([good('zstd'), good('zstd')]), {}, 6);
// Producers
const producer =
  (id: bigint, epoch: number, sequence: number): (() => Buffer) =>
  () =>
    edited((b) => {
      b.writeBigInt64BE(id, PRODUCER_ID);
      b.writeInt16BE(epoch, PRODUCER_EPOCH);
      b.writeInt32BE(sequence, BASE_SEQUENCE);
    });
add('producer id without sequence', producer(4000n, 0, -1));
add('producer id without epoch', producer(4001n, -1, 0));
add('producer id -2', producer(-2n, 0, 0));
add('producer id -2 no sequence', producer(-2n, -1, -1));
add('sequence without producer id', producer(-1n, -1, 5));
add('epoch without producer id', producer(-1n, 3, -1));
add('sequence -2', producer(4002n, 0, -2));
add('producer id 2^60', producer(2n ** 60n, 0, 0));
add('first sequence 7', producer(4003n, 0, 7));
add('sequence wraps', producer(4004n, 0, 0x7ffffffe));
// Sizes
add('over max.message.bytes', () => good('none', 20), { 'max.message.bytes': '200' });
add(
  'over max.message.bytes, wrong checksum',
  () => {
    const bytes = good('none', 20);
    bytes[90] = 0;
    return bytes;
  },
  { 'max.message.bytes': '200' },
);
for (const to of ['uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'])
  for (const from of ['none', 'gzip', 'zstd'] as const)
    add(`${from} into compression.type=${to}`, () => good(from, 50), { 'compression.type': to });
add('gzip grows beyond max.message.bytes', () => good('gzip', 200), {
  'compression.type': 'uncompressed',
  'max.message.bytes': '1000',
});
add('bomb', () => batchAround(gzipSync(Buffer.alloc(64 * 1_048_576)), { codec: 'gzip' }));

export const produceCases: readonly ProduceCase[] = cases;
