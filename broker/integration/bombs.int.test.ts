/**
 * Compressed records made to hurt, sent by several clients at once to a broker process: each is refused with an error of the
 * protocol, the process stays within bounds, and who sends ordinary requests meanwhile is served.
 */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { anyApiVersionsRequest, lengthPrefixed, RawClient } from './raw-client.ts';
import { compress } from '../../protocol/records/compression.ts';
import { makeTopic, produceOne } from './asked-answers.ts';
import { type BrokerProcess, startBrokerProcess, temporaryDirectory } from './broker-process.ts';
import { message, wrapper } from './legacy-cases.ts';
import { batchAround, good, rawRecord } from './produce-cases.ts';

const MEBIBYTE = 1_048_576;
/** Far above what it takes (some 250 MiB, most of it the loader of the sources), far below what one bomb wants. */
const MAX_RESIDENT_BYTES = 600 * MEBIBYTE;
const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const { CORRUPT_MESSAGE, INVALID_RECORD, MESSAGE_TOO_LARGE } = ErrorCode;

const directory = temporaryDirectory();
let broker: BrokerProcess;
let topic: string;
beforeAll(async () => {
  broker = await startBrokerProcess(directory.path, ['message.max.bytes=20000000']);
  const client = await RawClient.connect(broker.port);
  topic = await makeTopic(client, {});
  await produceOne(client, topic, 9, good());
  client.close();
});
afterAll(async () => {
  await broker.end('SIGTERM');
  directory.remove();
});

function xerial(...blocks: Buffer[]): Buffer {
  const parts = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex'), ...parts]);
}

/** A Zstandard frame with the given descriptor, then blocks of one repeated byte, 128 KiB each. */
function zstdRuns(descriptor: string, blocks: number): Buffer {
  const one = Buffer.from('0300020061', 'hex').subarray(0, 4);
  one.writeUIntLE((131_072 << 3) | 2, 0, 3);
  const all = Buffer.alloc(4 * blocks, one);
  all[all.length - 4] = (all[all.length - 4] ?? 0) | 1;
  return Buffer.concat([Buffer.from('28b52ffd' + descriptor, 'hex'), all]);
}

const zeros = Buffer.alloc(72 * MEBIBYTE);
const inRecord = (): Buffer => rawRecord({ value: zeros });
const manyTiny = (): Buffer => Buffer.alloc(72 * MEBIBYTE, message({ value: -1, key: -1 }));

const bombs: [string, number, () => Buffer, (typeof ErrorCode)[keyof typeof ErrorCode]][] = [
  ...CODECS.flatMap((codec): typeof bombs => [
    [
      `${codec}: a thousand times its size`,
      9,
      () => batchAround(compress(codec, zeros), { codec }),
      MESSAGE_TOO_LARGE,
    ],
    [
      `${codec}: a record of 72 MiB`,
      9,
      () => batchAround(compress(codec, inRecord()), { codec }),
      MESSAGE_TOO_LARGE,
    ],
    [
      `${codec}: cut off`,
      9,
      () => batchAround(compress(codec, zeros.subarray(0, MEBIBYTE)).subarray(0, -9), { codec }),
      CORRUPT_MESSAGE,
    ],
  ]),
  [
    'gzip: many members',
    9,
    () => {
      const member = gzipSync(zeros.subarray(0, 10 * MEBIBYTE));
      return batchAround(Buffer.concat(Array.from({ length: 50 }, () => member)), { codec: 'gzip' });
    },
    MESSAGE_TOO_LARGE,
  ],
  [
    'snappy: claims 2^32-1 bytes',
    9,
    () => batchAround(Buffer.from('ffffffff0f00', 'hex'), { codec: 'snappy' }),
    MESSAGE_TOO_LARGE,
  ],
  [
    'snappy: blocks that each claim 60 MiB',
    9,
    () => {
      const block = Buffer.from('808080' + '1e' + '00', 'hex');
      return batchAround(xerial(...Array.from({ length: 5_000 }, () => block)), { codec: 'snappy' });
    },
    MESSAGE_TOO_LARGE,
  ],
  [
    'snappy: a block longer than all',
    9,
    () => {
      const framed = xerial(Buffer.from([0]));
      framed.writeUInt32BE(0xffffffff, 16);
      return batchAround(framed, { codec: 'snappy' });
    },
    CORRUPT_MESSAGE,
  ],
  [
    'lz4: a content size of 2^62',
    9,
    () => {
      const frame = Buffer.from('04224d186c70' + '0000000000000040' + '00', 'hex');
      return batchAround(frame, { codec: 'lz4' });
    },
    CORRUPT_MESSAGE,
  ],
  [
    'zstd: claims 2^62 bytes',
    9,
    () => batchAround(zstdRuns('e0' + '0000000000000040', 1), { codec: 'zstd' }),
    MESSAGE_TOO_LARGE,
  ],
  [
    'zstd: a window of 2 GiB, a gigabyte of runs',
    9,
    () => batchAround(zstdRuns('00' + 'a8', 8_192), { codec: 'zstd' }),
    MESSAGE_TOO_LARGE,
  ],
  [
    'zstd: a dictionary',
    9,
    () => batchAround(zstdRuns('0358' + '01000000', 1), { codec: 'zstd' }),
    CORRUPT_MESSAGE,
  ],
  ['magic 1: a wrapper that grows', 2, () => wrapper(zeros, 'gzip'), MESSAGE_TOO_LARGE],
  ['magic 1: two million messages', 2, () => wrapper(manyTiny(), 'lz4'), MESSAGE_TOO_LARGE],
  [
    'magic 1: wrapper in wrapper in wrapper',
    2,
    () => wrapper(wrapper(wrapper(message(), 'gzip'), 'lz4'), 'snappy'),
    INVALID_RECORD,
  ],
  ['magic 0: a wrapper that grows', 1, () => wrapper(zeros, 'lz4', { magic: 0 }), MESSAGE_TOO_LARGE],
];

describe('a broker process', () => {
  it('refuses each by its name and stores nothing', async () => {
    const client = await RawClient.connect(broker.port);
    const answers: Record<string, number> = {};
    for (const [name, version, make] of bombs)
      answers[name] = (await produceOne(client, topic, version, make())).errorCode;
    expect(answers).toEqual(Object.fromEntries(bombs.map(([name, , , code]) => [name, code])));
    expect((await produceOne(client, topic, 9, good())).baseOffset).toBe(3n);
    expect(broker.residentBytes()).toBeLessThan(MAX_RESIDENT_BYTES);
    client.close();
  });

  it('stays within its bounds, and serves others, while many come at once', async () => {
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, broker.residentBytes())), 10);
    let busy = true;
    const sending = Promise.all(
      CODECS.map(async (codec) => {
        const client = await RawClient.connect(broker.port);
        const bomb = batchAround(compress(codec, zeros), { codec });
        for (let round = 0; round < 4; round++)
          expect((await produceOne(client, topic, 9, bomb)).errorCode).toBe(MESSAGE_TOO_LARGE);
        client.close();
      }),
    ).finally(() => (busy = false));
    const other = await RawClient.connect(broker.port);
    let served = 0;
    while (busy) {
      other.send(lengthPrefixed(anyApiVersionsRequest));
      expect(await other.nextFrame()).not.toBeNull();
      served += 1;
    }
    await sending;
    clearInterval(watch);
    other.close();
    expect(served).toBeGreaterThan(0);
    expect(most).toBeLessThan(MAX_RESIDENT_BYTES);
    expect(broker.output()).not.toContain('ERROR');
  });

  it('still takes good records in every compression', async () => {
    const client = await RawClient.connect(broker.port);
    for (const codec of ['none', ...CODECS] as const)
      expect((await produceOne(client, topic, 9, good(codec, 2_000))).errorCode).toBe(0);
    client.close();
  });
});
