/** Work on real threads: the same answers as at once, and what happens when a thread is slow, dies, or is not wanted any more. */
import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { compress } from '../../protocol/records/compression.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { encodeMessage } from '../../protocol/records/legacy-message.ts';
import { readMessages } from '../../protocol/records/legacy-test-kit.ts';
import { setCrc, type CompressionName } from '../../protocol/records/record-batch.ts';
import { isRefusal, type AppendContext } from '../log/append-checks.ts';
import { defaultLogConfig, type LogConfig } from '../log/log-config.ts';
import { batchOf, RememberingLogger } from '../log/log-test-kit.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import type { WorkerThreadsOptions } from './node/worker-threads.ts';
import { inlineRecordWork, type CheckOutcome } from './record-work.ts';
import { WorkerRecordWork } from './worker-record-work.ts';

const MEBIBYTE = 1_048_576;
const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const T0 = 1_767_225_600_000;
const { timers } = createNodePlatform();

const started: WorkerRecordWork[] = [];
afterEach(async () => {
  for (const work of started.splice(0)) await work.stop();
});

function start(options: Partial<WorkerThreadsOptions> = {}) {
  const logger = new RememberingLogger();
  const work = new WorkerRecordWork({ timers, logger, maxThreads: 1, ...options });
  started.push(work);
  return { work, logger };
}

function context(config: Partial<LogConfig> = {}): AppendContext {
  const limits = { maxMessageBytes: 64 * MEBIBYTE };
  return { config: { ...defaultLogConfig, ...limits, ...config }, nowMs: T0, origin: 'client' };
}

/** Compressed it is more than what is done at once: its values have no pattern. */
function large(compression: CompressionName): Buffer {
  let seed = 12_345;
  const noise = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) >> 16;
  const records = Array.from({ length: 60 }, (_unused, index) => ({
    key: Buffer.from(`k${index}`),
    value: Buffer.from(Array.from({ length: 1_000 }, noise)),
    timestampMs: T0 + index,
  }));
  return encodeRecordBatch({ records, timestampMs: T0, compression });
}

/** Whether it went to a thread: only that takes a promise. */
function onThread(outcome: CheckOutcome | Promise<CheckOutcome>): Promise<CheckOutcome> {
  expect(outcome).toBeInstanceOf(Promise);
  return Promise.resolve(outcome);
}

/** Programs of threads that do something else. */
function program(source: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
const NEVER_ANSWERS = program(
  "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined);",
);
const DIES = program(
  "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));",
);
const THROWS = program(
  "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('broken'); });",
);

describe.each(CODECS)('a large batch in %s', (compression) => {
  it('gets the same answer from a thread as at once', async () => {
    const { work } = start();
    const variants: [AppendContext, Buffer][] = [
      [context(), large(compression)],
      [context({ cleanupCompact: true }), large(compression)],
      [context({ messageTimestampAfterMaxMs: 20 }), large(compression)],
      [context({ compressionType: compression === 'lz4' ? 'zstd' : 'lz4' }), large(compression)],
      [context({ compressionType: 'none', maxMessageBytes: 61_000 }), large(compression)],
      [context(), recounted(large(compression))],
      [context(), setCrc0(large(compression).fill(0x5a, 500, 600))],
    ];
    for (const [given, batch] of variants) {
      const atOnce = inlineRecordWork.check(Buffer.from(batch), given) as CheckOutcome;
      const later = await onThread(work.check(batch, given));
      expect(plain(later)).toEqual(plain(atOnce));
      if (!isRefusal(later) && given.config.compressionType === 'producer') expect(later.records).toBe(batch);
    }
  });

  it('that is a bomb is refused, and so are many, in bounded memory', async () => {
    const { work } = start({ maxThreads: 2 });
    const bomb = batchAround(compress(compression, Buffer.alloc(72 * MEBIBYTE)), compression);
    expect(plain(await work.check(bomb, context()))).toMatchObject({
      errorCode: ErrorCode.MESSAGE_TOO_LARGE,
    });
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async () => work.check(Buffer.from(bomb), context())),
    );
    clearInterval(watch);
    expect(outcomes.map((outcome) => isRefusal(outcome) && outcome.errorCode)).toEqual(
      Array(12).fill(ErrorCode.MESSAGE_TOO_LARGE),
    );
    expect((most - before) / MEBIBYTE).toBeLessThan(300);
  });

  it('that grows a lot but not beyond its limits is taken', async () => {
    const { work } = start();
    const batch = batchOf(7, { compression, valueBytes: MEBIBYTE });
    expect(batch.length).toBeLessThan(600_000);
    expect(isRefusal(await work.check(batch, context()))).toBe(false);
  });
});

function recounted(batch: Buffer): Buffer {
  batch.writeInt32BE(61, 57);
  batch.writeInt32BE(60, 23);
  return setCrc0(batch);
}

function setCrc0(batch: Buffer): Buffer {
  setCrc(batch, 0, batch.length);
  return batch;
}

function batchAround(section: Buffer, compression: CompressionName): Buffer {
  const bytes = Buffer.concat([batchOf(1, { compression }).subarray(0, 61), section]);
  bytes.writeInt32BE(bytes.length - 12, 8);
  return setCrc0(bytes);
}

/** Comparable whichever thread it comes from. */
function plain(outcome: CheckOutcome | Promise<CheckOutcome>): unknown {
  const { records, ...rest } = outcome as { records?: Buffer };
  return records === undefined ? rest : { ...rest, bytes: records.toString('base64') };
}

describe('old formats', () => {
  it('are converted on a thread as at once', async () => {
    const { work } = start();
    const message = (offset: number): Buffer =>
      encodeMessage(1, { offset, timestampMs: T0, key: Buffer.from('k'), value: Buffer.alloc(300, offset) });
    const set = Buffer.concat(Array.from({ length: 200 }, (_unused, index) => message(index)));
    const later = await onThread(work.check(set, context()));
    expect(plain(later)).toEqual(plain(inlineRecordWork.check(set, context())));
    const { records } = later as { records: Buffer };
    const back = work.toMessageSet(records, 1, 5);
    expect(back).toBeInstanceOf(Promise);
    const messages = await back;
    expect(messages).toEqual(inlineRecordWork.toMessageSet(records, 1, 5));
    expect(readMessages(messages ?? Buffer.alloc(0))).toHaveLength(195);
  });

  it('that cannot be read are neither a failure nor an endless wait', async () => {
    const { work } = start();
    const broken = setCrc0(large('gzip').fill(1, 100, 200));
    expect(await work.toMessageSet(broken, 1, 0)).toBeNull();
    expect(
      await work.toMessageSet(setCrc0(batchOf(3, { compression: 'gzip' }).fill(1, 70)), 1, 0),
    ).toBeNull();
  });
});

describe('quick work', () => {
  it('is done at once and starts no thread', () => {
    const { work } = start();
    for (const compression of ['none', ...CODECS] as const)
      expect(work.check(batchOf(20, { compression }), context())).not.toBeInstanceOf(Promise);
    expect(work.check(batchOf(500, { valueBytes: 1_000 }), context())).not.toBeInstanceOf(Promise);
    expect(work.threadCount).toBe(0);
  });

  it('includes refusing a batch that claims more records than it may unpack to', async () => {
    const { work } = start();
    const claiming = (count: number): Buffer => {
      const batch = batchAround(compress('zstd', Buffer.alloc(16 * MEBIBYTE, randomBytes(18_000))), 'zstd');
      batch.writeInt32BE(count, 57);
      batch.writeInt32BE(count - 1, 23);
      return setCrc0(batch);
    };
    const all = claiming(2 ** 31 - 1);
    expect(all.length).toBeGreaterThan(16_384);
    for (const check of [work, inlineRecordWork]) {
      const outcome = check.check(all, context());
      expect(outcome).not.toBeInstanceOf(Promise);
      expect(plain(outcome as CheckOutcome)).toMatchObject({ errorCode: ErrorCode.INVALID_RECORD });
      expect(JSON.stringify(outcome)).toContain('2147483647 records are more');
    }
    expect(work.threadCount).toBe(0);
    // Seven bytes each is what records take at least: so many may be in it, and what is in it has to be seen.
    expect(await onThread(work.check(claiming(Math.floor(8_388_608 / 7)), context()))).toBeDefined();
    expect(work.threadCount).toBe(1);
    expect(work.check(claiming(Math.floor(8_388_608 / 7) + 1), context())).not.toBeInstanceOf(Promise);
  });

  it('that turns out not to be quick goes to a thread', async () => {
    const { work } = start();
    const small = batchOf(3, { compression: 'gzip', valueBytes: MEBIBYTE });
    expect(small.length).toBeLessThan(16_384);
    expect(isRefusal(await onThread(work.check(small, context())))).toBe(false);
  });

  it('is not held up by what is under way on threads', async () => {
    const { work } = start({ program: NEVER_ANSWERS });
    const slow = onThread(work.check(large('gzip'), context()));
    expect(work.check(batchOf(1), context())).not.toBeInstanceOf(Promise);
    await work.stop();
    expect(await slow).toMatchObject({ errorCode: ErrorCode.REQUEST_TIMED_OUT });
  });
});

describe('a thread', () => {
  const refused = {
    errorCode: ErrorCode.REQUEST_TIMED_OUT,
    errorMessage: expect.stringContaining('try again') as string,
  };

  it.each([
    ['dies', DIES],
    ['throws', THROWS],
  ])('that %s takes its job with it and no other', async (_what, broken) => {
    const { work, logger } = start({ program: broken });
    const outcomes = [large('gzip'), large('zstd')].map(async (batch) => work.check(batch, context()));
    expect(await Promise.all(outcomes)).toEqual([refused, refused]);
    if (broken === THROWS) expect(logger.lines.join()).toContain('failed');
  });

  it('that cannot even start fails its job, and no more', async () => {
    const { work, logger } = start({ program: new URL('https://127.0.0.1/nothing') });
    expect(await work.check(large('gzip'), context())).toEqual(refused);
    expect(await work.check(large('gzip'), context())).toEqual(refused);
    expect(logger.lines.join()).toContain('could not be started');
  });

  it('that does not end is ended', async () => {
    const { work } = start({ program: NEVER_ANSWERS, jobTimeoutMs: 50 });
    expect(await work.check(large('gzip'), context())).toMatchObject(refused);
    expect(work.threadCount).toBe(0);
  });

  it('ends when there is nothing to do, and starts again', async () => {
    const { work } = start({ idleMs: 10 });
    for (let round = 0; round < 2; round++) {
      expect(isRefusal(await work.check(large('gzip'), context()))).toBe(false);
      while (work.threadCount > 0) await delay(5);
    }
  });

  it('that has grown is replaced, because its memory would stay', async () => {
    const { work } = start({ maxRetainedBytes: 18 * MEBIBYTE });
    const plain9MiB = batchOf(9, { valueBytes: MEBIBYTE });
    const packed = await onThread(work.check(plain9MiB, context({ compressionType: 'zstd' })));
    expect(isRefusal(packed)).toBe(false);
    expect(work.threadCount).toBe(0);
    expect(isRefusal(await work.check(large('zstd'), context()))).toBe(false);
    expect(work.threadCount).toBe(1);
  });
});

describe('waiting work', () => {
  it('is bounded in bytes, but one job always has its turn', async () => {
    const { work } = start({ maxWaitingBytes: 1, program: NEVER_ANSWERS });
    const first = work.check(large('gzip'), context());
    const waiting = work.check(large('gzip'), context());
    expect(await work.check(large('gzip'), context())).toMatchObject({
      errorCode: ErrorCode.REQUEST_TIMED_OUT,
      errorMessage: expect.stringContaining('too many') as string,
    });
    await work.stop();
    expect(await Promise.all([first, waiting])).toMatchObject([
      { errorCode: ErrorCode.REQUEST_TIMED_OUT },
      { errorCode: ErrorCode.REQUEST_TIMED_OUT },
    ]);
  });

  it('is refused after the stop', async () => {
    const { work } = start();
    await work.stop();
    expect(await work.check(gzipped(), context())).toMatchObject({ errorCode: ErrorCode.REQUEST_TIMED_OUT });
  });
});

function gzipped(): Buffer {
  return batchAround(gzipSync(Buffer.alloc(4 * MEBIBYTE)), 'gzip');
}
