/**
 * Test support: message sets of magic 0 and 1 as clients of Produce 0 to 2 send them, good and bad. See
 * produce-cases.ts; the answers to these come from Apache Kafka 3.9.1.
 */
import { compress } from '../../protocol/records/compression.ts';
import { crc32 } from '../../protocol/wire/crc32.ts';
import { good, type ProduceCase } from './produce-cases.ts';

export type LegacyCodec = 'gzip' | 'snappy' | 'lz4';
const CODES: Record<LegacyCodec, number> = { gzip: 1, snappy: 2, lz4: 3 };

/** One time for all, so that what is stored is the same whenever it was made. */
const NOW_MS = Date.now();

export interface MessageFields {
  readonly magic?: number;
  readonly offset?: number;
  readonly timestampMs?: number;
  readonly attributes?: number;
  readonly key?: Buffer | number;
  readonly value?: Buffer | number;
  readonly sizeDelta?: number;
  readonly crcFlip?: number;
}

/** One message with every field free and a right checksum. */
export function message(fields: MessageFields = {}): Buffer {
  const { magic = 1, offset = 0, timestampMs = NOW_MS, attributes = 0 } = fields;
  const part = (bytes: Buffer | number): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(typeof bytes === 'number' ? bytes : bytes.length);
    return typeof bytes === 'number' ? length : Buffer.concat([length, bytes]);
  };
  const time = Buffer.alloc(magic === 0 ? 0 : 8);
  if (magic !== 0) time.writeBigInt64BE(BigInt(timestampMs));
  const body = Buffer.concat([
    Buffer.from([magic, attributes]),
    time,
    part(fields.key ?? Buffer.from('k')),
    part(fields.value ?? Buffer.from(`value ${String(offset)}`)),
  ]);
  const prefix = Buffer.alloc(16);
  prefix.writeBigInt64BE(BigInt(offset));
  prefix.writeInt32BE(body.length + 4 + (fields.sizeDelta ?? 0), 8);
  prefix.writeUInt32BE((crc32(body) ^ (fields.crcFlip ?? 0)) >>> 0, 12);
  return Buffer.concat([prefix, body]);
}

/** LZ4 as clients of magic 0 wrote it: the header checksum also covers the frame's magic number (KIP-57). */
export function lz4OfMagic0(bytes: Buffer, wrongChecksum: number): Buffer {
  const frame = Buffer.from(compress('lz4', bytes));
  const at = ((frame[4] ?? 0) & 8) === 0 ? 6 : 14;
  frame[at] = (frame[at] ?? 0) ^ wrongChecksum;
  return frame;
}

export function wrapper(inner: Buffer, codec: LegacyCodec, fields: MessageFields = {}): Buffer {
  const magic = fields.magic ?? 1;
  const value = codec === 'lz4' && magic === 0 ? lz4OfMagic0(inner, 0x5a) : compress(codec, inner);
  return message({ key: -1, value, ...fields, attributes: (fields.attributes ?? 0) | CODES[codec] });
}

const cases: ProduceCase[] = [];
function add(version: number, name: string, make: () => Buffer, config: Record<string, string> = {}): void {
  cases.push({ name: `v${String(version)} ${name}`, version, config, make });
}

const compact = { 'cleanup.policy': 'compact' };
const strictTime = { 'message.timestamp.before.max.ms': '1000', 'message.timestamp.after.max.ms': '1000' };
const brokerTime = { 'message.timestamp.type': 'LogAppendTime' };
const three = (magic: number, fields: MessageFields = {}): Buffer =>
  Buffer.concat([0, 1, 2].map((offset) => message({ magic, offset, ...fields })));

for (const [version, magic] of [
  [0, 0],
  [1, 0],
  [2, 1],
  [2, 0],
  [0, 1],
] as const) {
  const m = `magic ${String(magic)}`;
  add(version, `${m}: one`, () => message({ magic }));
  add(version, `${m}: three`, () => three(magic));
  add(version, `${m}: three with any offsets`, () =>
    Buffer.concat([7, -1, 7].map((offset) => message({ magic, offset }))),
  );
  add(version, `${m}: null key and value`, () => message({ magic, key: -1, value: -1 }));
  add(version, `${m}: log append time`, () => three(magic), brokerTime);
  add(version, `${m}: compacted, without key`, () => message({ magic, key: -1 }), compact);
  add(version, `${m}: compacted, with key`, () => message({ magic }), compact);
  add(version, `${m}: into gzip`, () => three(magic), { 'compression.type': 'gzip' });
}
for (const [version, magic] of [
  [1, 0],
  [2, 1],
] as const) {
  const m = `magic ${String(magic)}`;
  add(version, `${m}: wrong checksum`, () => message({ magic, crcFlip: 1 }));
  add(version, `${m}: second wrong checksum`, () =>
    Buffer.concat([message({ magic }), message({ magic, crcFlip: 1 })]),
  );
  add(version, `${m}: cut`, () => message({ magic }).subarray(0, -1));
  add(version, `${m}: second cut`, () =>
    Buffer.concat([message({ magic }), message({ magic }).subarray(0, -1)]),
  );
  add(version, `${m}: five bytes behind`, () => Buffer.concat([message({ magic }), Buffer.alloc(5)]));
  add(version, `${m}: size 13`, () => message({ magic, sizeDelta: 13 - (magic === 0 ? 22 : 30) }));
  add(version, `${m}: size 20`, () => message({ magic, sizeDelta: 20 - (magic === 0 ? 22 : 30) }));
  add(version, `${m}: size -1`, () => message({ magic, sizeDelta: -100 }));
  add(version, `${m}: key length -2`, () => message({ magic, key: -2 }));
  add(version, `${m}: key length beyond`, () => message({ magic, key: 1000 }));
  add(version, `${m}: value length beyond`, () => message({ magic, value: 1000 }));
  add(version, `${m}: codec 4`, () => message({ magic, attributes: 4 }));
  add(version, `${m}: codec 5`, () => message({ magic, attributes: 5 }));
  add(version, `${m}: attribute bit 3`, () => message({ magic, attributes: 8 }));
  add(version, `${m}: attribute bit 3, log append time`, () => message({ magic, attributes: 8 }), brokerTime);
  add(version, `${m}: attribute bit 6`, () => message({ magic, attributes: 0x40 }));
  add(version, `${m}: over max.message.bytes`, () => message({ magic, value: Buffer.alloc(300) }), {
    'max.message.bytes': '200',
  });
  add(version, `${m}: together over max.message.bytes`, () => three(magic, { value: Buffer.alloc(100) }), {
    'max.message.bytes': '200',
  });
  add(version, `${m}: together over max.message.bytes, but not as a batch`, () => three(magic), {
    'max.message.bytes': '106',
  });
  add(version, `${m}: as a batch just over max.message.bytes`, () => three(magic), {
    'max.message.bytes': '105',
  });
  for (const codec of ['gzip', 'snappy', 'lz4'] as const) {
    const wrap =
      (inner: () => Buffer, fields: MessageFields = {}) =>
      (): Buffer =>
        wrapper(inner(), codec, { magic, ...fields });
    const name = `${m} in ${codec}`;
    add(
      version,
      `${name}: offset 0`,
      wrap(() => three(magic)),
    );
    add(
      version,
      `${name}: offset 2`,
      wrap(() => three(magic), { offset: 2 }),
    );
    add(
      version,
      `${name}: offset 1`,
      wrap(() => three(magic), { offset: 1 }),
    );
    add(
      version,
      `${name}: offset 100`,
      wrap(() => three(magic), { offset: 100 }),
    );
    add(
      version,
      `${name}: inner offsets 0 0 0`,
      wrap(() => Buffer.concat([1, 2, 3].map(() => message({ magic })))),
    );
    add(
      version,
      `${name}: empty`,
      wrap(() => Buffer.alloc(0)),
    );
    add(
      version,
      `${name}: inner checksum wrong`,
      wrap(() => Buffer.concat([message({ magic }), message({ magic, crcFlip: 1, offset: 1 })])),
    );
    add(
      version,
      `${name}: inner cut`,
      wrap(() => three(magic).subarray(0, -1)),
    );
    add(
      version,
      `${name}: inner size 5`,
      wrap(() => message({ magic, sizeDelta: 5 - (magic === 0 ? 22 : 30) })),
    );
    add(
      version,
      `${name}: inner of the other magic`,
      wrap(() => three(1 - magic)),
    );
    add(
      version,
      `${name}: inner mixed`,
      wrap(() => Buffer.concat([message({ magic }), message({ magic: 1 - magic, offset: 1 })])),
    );
    add(
      version,
      `${name}: nested`,
      wrap(() => wrapper(three(magic), codec, { magic })),
    );
    add(version, `${name}: two wrappers`, () =>
      Buffer.concat([wrapper(three(magic), codec, { magic }), wrapper(three(magic), codec, { magic })]),
    );
    add(version, `${name}: wrapper and plain`, () =>
      Buffer.concat([wrapper(three(magic), codec, { magic }), message({ magic })]),
    );
    add(version, `${name}: plain and wrapper`, () =>
      Buffer.concat([message({ magic }), wrapper(three(magic), codec, { magic })]),
    );
    add(
      version,
      `${name}: null value`,
      wrap(() => three(magic), { value: -1 }),
    );
    add(
      version,
      `${name}: broken value`,
      wrap(() => three(magic), { value: Buffer.alloc(40, 0x66) }),
    );
    add(
      version,
      `${name}: wrapper with key`,
      wrap(() => three(magic), { key: Buffer.from('outer') }),
    );
    add(
      version,
      `${name}: compacted, inner without key`,
      wrap(() => three(magic, { key: -1 })),
      compact,
    );
    add(
      version,
      `${name}: compacted`,
      wrap(() => three(magic)),
      compact,
    );
    add(
      version,
      `${name}: log append time`,
      wrap(() => three(magic)),
      brokerTime,
    );
    add(
      version,
      `${name}: attribute bit 3`,
      wrap(() => three(magic), { attributes: 8 }),
    );
    add(
      version,
      `${name}: into zstd`,
      wrap(() => three(magic)),
      { 'compression.type': 'zstd' },
    );
    add(
      version,
      `${name}: into uncompressed`,
      wrap(() => three(magic)),
      { 'compression.type': 'uncompressed' },
    );
  }
}
add(2, 'time -1', () => message({ timestampMs: -1 }));
add(2, 'time -5', () => message({ timestampMs: -5 }));
add(2, 'times 5 and 3', () => Buffer.concat([5, 3].map((timestampMs) => message({ timestampMs }))));
add(2, 'too old', () => message({ timestampMs: 5 }), strictTime);
add(1, 'too old, magic 0', () => message({ magic: 0 }), strictTime);
add(2, 'too old, in gzip', () => wrapper(message({ timestampMs: 5 }), 'gzip'), strictTime);
add(
  2,
  'too old, wrapper only',
  () => wrapper(message({ timestampMs: Date.now() }), 'gzip', { timestampMs: 5 }),
  strictTime,
);
add(2, 'magic 0 and 1', () => Buffer.concat([message({ magic: 0 }), message({ magic: 1 })]));
add(2, 'magic 1 and 0', () => Buffer.concat([message({ magic: 1 }), message({ magic: 0 })]));
add(2, 'magic 2', () => message({ magic: 2 }));
add(2, 'magic 3', () => message({ magic: 3 }));
add(2, 'magic -1', () => message({ magic: -1 }));
add(2, 'nothing', () => Buffer.alloc(0));
add(2, 'five bytes', () => Buffer.alloc(5));
add(0, 'a batch of magic 2', () => good());
add(2, 'a batch of magic 2', () => good());
add(2, 'a zstd batch of magic 2', () => good('zstd'));
add(2, 'two batches of magic 2', () => Buffer.concat([good(), good()]));
add(2, 'message and batch', () => Buffer.concat([message(), good()]));
add(1, 'lz4 of magic 0, right checksum', () =>
  wrapper(three(0), 'lz4', { magic: 0, value: compress('lz4', three(0)) }),
);
add(2, 'lz4 of magic 1, wrong checksum', () =>
  wrapper(three(1), 'lz4', { value: lz4OfMagic0(three(1), 0x5a) }),
);

export const legacyCases: readonly ProduceCase[] = cases;
