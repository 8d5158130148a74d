/** What happens when something is wrong: one line that says what and where, status 1, and before it what could be printed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { crc32c } from '../../protocol/wire/crc32c.ts';
import { runDump } from './run-dump.ts';

const golden = fileURLToPath(new URL('./golden', import.meta.url));
const directory = mkdtempSync(path.join(tmpdir(), 'aquila-dump-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: readonly string[];
}

async function dump(...argv: string[]): Promise<Ended> {
  let stdout = '';
  const stderr: string[] = [];
  const sink = {
    write: (text: string) => Promise.resolve((stdout += text) !== ''),
    complain: (line: string) => stderr.push(line),
  };
  const status = await runDump(argv, sink);
  return { status, stdout, stderr };
}

let made = 0;

/** A directory of its own with a segment of these bytes. */
function segment(bytes: Buffer): string {
  made += 1;
  const file = path.join(directory, `${String(made).padStart(20, '0')}.log`);
  writeFileSync(file, bytes);
  return file;
}

const batch = (count: number): Buffer =>
  encodeRecordBatch({
    records: Array.from({ length: count }, (_, index) => ({
      key: null,
      value: Buffer.from(`value ${String(index)}`),
    })),
    timestampMs: 1_700_000_000_000,
  });

/** `bytes` with a change at a position of the second batch. */
function damaged(change: (bytes: Buffer, second: number) => void): Buffer {
  const first = batch(1);
  const bytes = Buffer.concat([first, batch(2)]);
  change(bytes, first.length);
  return bytes;
}

describe('a file that cannot be read', () => {
  test.each([
    [`${directory}/00000000000000000009.log`, 'there is no such file'],
    [`${directory}/00000000000000000009.index`, '00000000000000000009.log: there is no such file'],
    [`${directory}/00000000000000000009.timeindex`, '00000000000000000009.log: there is no such file'],
    [`${directory}/00000000000000000009.snapshot`, 'there is no such file'],
    [`${directory}/my.log`, '"my" is no offset'],
    [`${directory}/my.checkpoint`, 'named after its end offset and epoch'],
  ])('%s', async (file, words) => {
    const { status, stdout, stderr } = await dump('--files', file);
    expect(status).toBe(1);
    expect(stdout).toContain(`Dumping ${file}\n`);
    expect(stderr).toHaveLength(1);
    expect(stderr[0]).toMatch(/^kafka-dump-log: /);
    expect(stderr[0]).toContain(words);
  });

  test('a directory is not a file', async () => {
    const { stderr } = await dump('--files', `${directory}/../${path.basename(directory)}.log`);
    expect(stderr[0]).toContain('no offset');
    const { status } = await dump('--files', directory);
    expect(status).toBe(0);
  });

  test('no transaction index is one without entries', async () => {
    expect(await dump('--files', `${directory}/00000000000000000009.txnindex`)).toMatchObject({ status: 0 });
  });

  test('the files after it are not looked at', async () => {
    const { stdout } = await dump('--files', `${directory}/x.log,${golden}/gap/00000000000000000007.log`);
    expect(stdout).not.toContain('baseOffset');
  });
});

describe('a broken segment', () => {
  const cases: readonly (readonly [string, (bytes: Buffer, second: number) => void, RegExp, number])[] = [
    ['a size too small', (bytes, at) => bytes.writeInt32BE(5, at + 8), /record size 5 .* at position 75/, 3],
    [
      'more records than there are',
      (bytes, at) => bytes.writeInt32BE(9, at + 57),
      /at position 75: .*wanted/,
      6,
    ],
    ['fewer', (bytes, at) => bytes.writeInt32BE(1, at + 57), /records still remaining/, 4],
    ['a negative number', (bytes, at) => bytes.writeInt32BE(-1, at + 57), /invalid record count -1/, 4],
    ['an unknown codec', (bytes, at) => bytes.writeInt8(6, at + 22), /Unknown compression type id: 6/, 4],
    ['broken compressed records', (bytes, at) => bytes.writeInt8(4, at + 22), /position 75: .*Zstandard/i, 4],
    ['a batch shorter than its header', (bytes, at) => bytes.writeInt32BE(20, at + 8), /header of 61/, 4],
  ];
  test.each(cases)('%s', async (_name, change, words, lines) => {
    const file = segment(damaged(change));
    const { status, stdout, stderr } = await dump('--files', file, '--deep-iteration');
    expect(status).toBe(1);
    expect(stderr).toHaveLength(1);
    expect(stderr[0]).toMatch(words);
    expect(stderr[0]).toContain(file);
    // "Dumping", title, the first batch with its record, and what the second one gave.
    expect(stdout.match(/^(?:baseOffset|\|).*$/gm)).toHaveLength(lines - 1);
  });

  test('a wrong checksum is shown and no failure', async () => {
    const file = segment(damaged((bytes, at) => bytes.writeInt8(-1, at + 20)));
    const { status, stdout } = await dump('--files', file, '--print-data-log');
    expect(status).toBe(0);
    expect(stdout.match(/isvalid: (true|false)/g)).toEqual(['isvalid: true', 'isvalid: false']);
    expect(stdout).toContain('payload: value 1');
  });

  test('a batch shorter than its header is not valid, whatever its checksum', async () => {
    const change = (bytes: Buffer, at: number): void => {
      bytes.writeInt32BE(20, at + 8);
      bytes.writeUInt32BE(crc32c(bytes.subarray(at + 21, at + 32)), at + 17);
    };
    const { stdout } = await dump('--files', segment(damaged(change)));
    expect(stdout).toMatch(/size: 32 magic: 2 compresscodec: none crc: \d+ isvalid: false/);
  });

  test('what claims to be larger than the file is a rest of invalid bytes', async () => {
    const file = segment(damaged((bytes, at) => bytes.writeInt32BE(2_147_483_647, at + 8)));
    const { status, stdout } = await dump('--files', file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Found 89 invalid bytes at the end of \d+\.log\n$/);
  });
});

describe('indexes', () => {
  const log = readFileSync(`${golden}/v2/00000000000000000000.log`);

  function index(entries: readonly (readonly [offset: number, position: number])[], rest = 0): string {
    const file = segment(log);
    const bytes = Buffer.alloc(entries.length * 8 + rest);
    entries.forEach(([offset, position], number) => {
      bytes.writeInt32BE(offset - made, number * 8);
      bytes.writeInt32BE(position, number * 8 + 4);
    });
    const indexFile = file.replace(/log$/, 'index');
    writeFileSync(indexFile, bytes);
    return indexFile;
  }

  test.each([-9, 100_000_000, log.length])('an entry that points at position %d', async (position) => {
    const { status, stdout, stderr } = await dump(
      '--files',
      index([
        [10, 228],
        [16, position],
      ]),
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/offset: 10 position: 228\n$/);
    expect(stderr).toEqual([expect.stringContaining(`position ${String(position)}`)]);
  });

  test('sanity: a last entry below the base offset, half an entry', async () => {
    const below = await dump(
      '--files',
      index([
        [10, 228],
        [0, 429],
      ]),
      '--index-sanity-check',
    );
    expect(below.status).toBe(1);
    expect(below.stderr[0]).toMatch(
      /has non-zero size but the last offset is 0 which is less than the base offset/,
    );
    const half = await dump('--files', index([[50, 228]], 3), '--index-sanity-check');
    expect(half.status).toBe(1);
    expect(half.stderr[0]).toMatch(/found 11 bytes which is neither positive nor a multiple of 8$/);
  });

  test('sanity: a time index whose time falls, or with half an entry', async () => {
    const file = index([]);
    const write = (times: readonly bigint[], rest: number): string => {
      const bytes = Buffer.alloc(times.length * 12 + rest);
      times.forEach((time, number) => bytes.writeBigInt64BE(time, number * 12));
      writeFileSync(file.replace(/index$/, 'timeindex'), bytes);
      return file.replace(/index$/, 'timeindex');
    };
    const falling = await dump('--files', write([9n, 5n], 0), '--index-sanity-check');
    expect(falling.stderr[0]).toMatch(/the last timestamp is 5 which is less than the first timestamp 9$/);
    const half = await dump('--files', write([5n], 7), '--index-sanity-check');
    expect(half.stderr[0]).toMatch(/found 19 bytes which is neither positive nor a multiple of 12$/);
    expect([falling.status, half.status]).toEqual([1, 1]);
  });

  test('a time index over a log that breaks off is not believed', async () => {
    const file = segment(Buffer.concat([log, Buffer.alloc(60)]));
    const time = Buffer.alloc(12);
    time.writeBigInt64BE(1_700_000_000_005n);
    time.writeInt32BE(5 - made, 8);
    writeFileSync(file.replace(/log$/, 'index'), '');
    writeFileSync(file.replace(/log$/, 'timeindex'), time);
    const { status, stderr } = await dump('--files', file.replace(/log$/, 'timeindex'));
    expect(status).toBe(1);
    expect(stderr[0]).toMatch(/record size 0 smaller than minimum .* at position 2945/);
  });
});

describe('the command line', () => {
  test.each([
    [['--files', 'x.log', '--no-such'], 'no-such is not a recognized option'],
    [['--files', 'x.log', '--max-bytes', 'many'], "Cannot parse argument 'many' of option max-bytes"],
    [['--files', 'x.log', '--max-bytes', '-1'], '--max-bytes -1 is negative'],
    [['--files', 'a', '--files', 'b'], 'Found multiple arguments for option files'],
  ])('%j', async (argv, words) => {
    const { status, stdout, stderr } = await dump(...argv);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toEqual([expect.stringContaining(words)]);
  });

  test.each([
    ['com.example.MyDecoder', 'Failed to load decoder class com.example.MyDecoder'],
    ['org.apache.kafka.tools.api.LongDecoder', 'LongDecoder needs 8 bytes, a record has 7'],
  ])('decoder class %s', async (name, words) => {
    const file = segment(batch(1));
    const { status, stderr } = await dump('--files', file, '--value-decoder-class', name);
    expect(status).toBe(1);
    expect(stderr).toEqual([expect.stringContaining(words)]);
  });

  test('numbers and bytes have decoders', async () => {
    const record = { key: Buffer.from('0000000000000007', 'hex'), value: Buffer.from('fffffffe', 'hex') };
    const file = segment(encodeRecordBatch({ records: [record], timestampMs: 1 }));
    const names = ['--key-decoder-class', 'org.apache.kafka.tools.api.LongDecoder', '--value-decoder-class'];
    const integer = await dump('--files', file, ...names, 'org.apache.kafka.tools.api.IntegerDecoder');
    expect(integer.stdout).toContain(' key: 7 payload: -2\n');
    const bytes = await dump('--files', file, ...names, 'org.apache.kafka.tools.api.DefaultDecoder');
    expect(bytes.stdout).toContain(' key: 7 payload: fffffffe\n');
  });

  test('stops when nobody reads any more', async () => {
    const file = segment(Buffer.concat(Array.from({ length: 2_000 }, () => batch(1))));
    let pieces = 0;
    const sink = { write: () => Promise.resolve((pieces += 1) < 2), complain: () => undefined };
    expect(await runDump(['--files', `${file},${file}`, '--print-data-log'], sink)).toBe(0);
    expect(pieces).toBe(2);
  });
});
