/**
 * Records that were made to hurt whoever looks at them: what is read stays bounded, what is shown is cut and says so, what is no text is
 * never taken for one, and a good record beside them is found all the same.
 */
import { expect, test } from 'vitest';
import type { FetchedPartition } from '../../kafka-client/records/fetch-records.ts';
import { encodeRecordBatch, type RecordInput } from '../../protocol/records/encode-batch.ts';
import type { CompressionName } from '../../protocol/records/record-batch.ts';
import { shownBytesMax } from '../contracts/limits.ts';
import { matcherOf } from '../messages/filter-match.ts';
import { parseFilter } from '../messages/filter-parser.ts';
import { scanRecords, type Scan } from '../messages/scan.ts';
import { bytesForEach, shownMessage } from './shown-message.ts';

const mebibyte = 1024 * 1024;
const deep = 100_000;

interface Hostile extends Partial<RecordInput> {
  readonly compression?: CompressionName;
}
const records: readonly Hostile[] = [
  { value: Buffer.alloc(20 * mebibyte, 'x') },
  { value: Buffer.alloc(64 * mebibyte), compression: 'gzip' },
  { value: Buffer.from([0xff, 0xfe, 0xc3, 0x28]) },
  { key: Buffer.from('nul\0'), value: Buffer.from('\u001b[31mred') },
  { value: Buffer.from('['.repeat(deep) + ']'.repeat(deep)) },
  { value: Buffer.from(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`) },
  { value: Buffer.from('{"__proto__":{"state":"new"},"constructor":{"state":"new"}}') },
  {
    value: Buffer.from('x'),
    headers: Array.from({ length: 10_000 }, (_, index) => ({
      key: 'h'.repeat(index === 0 ? mebibyte : 10),
      value: Buffer.from('v'),
    })),
  },
  { value: Buffer.from('{"state":"new"}') },
];
const batches = records.map(({ compression = 'none', ...record }, index) =>
  encodeRecordBatch({
    records: [{ key: null, value: null, timestampMs: 1_000, ...record }],
    ...{ timestampMs: 1_000, baseOffset: index, compression },
  }),
);

/** One batch an answer, as a broker gives at least, however large it is. */
function scan(filter: string): Promise<Scan> {
  const range = { partition: 0, leader: 1, from: 0, to: batches.length };
  const fetch = (_: number, [wanted]: readonly { offset: number }[]): Promise<FetchedPartition[]> =>
    Promise.resolve([
      {
        ...{ partition: 0, error: null, logStartOffset: 0, aborted: [] },
        ...{ highWatermark: batches.length, lastStableOffset: batches.length },
        records: batches[wanted?.offset ?? 0] ?? null,
      },
    ]);
  const parsed = parseFilter(filter);
  return scanRecords(
    [range],
    { order: 'oldest-first', limit: 100, isFiltered: parsed !== null },
    matcherOf(parsed),
    fetch,
    { maxBytes: 1e9, deadlineMs: 1, nowMs: () => 0, signal: new AbortController().signal },
  );
}

test('all are read but the bomb, which is named, and each is shown cut to what a page can hold', async () => {
  const { found, unreadable } = await scan('');
  expect(unreadable).toEqual([{ partition: 0, offset: 1, reason: expect.any(String) }]);
  const each = bytesForEach(shownBytesMax, found.length);
  const shown = new Map(found.map(({ record }) => [record.offset, shownMessage(record, 0, each)]));
  expect([...shown.keys()]).toEqual([0, 2, 3, 4, 5, 6, 7, 8]);
  expect(shown.get(0)).toMatchObject({ valueSizeBytes: 20 * mebibyte, isCut: true });
  expect(shown.get(2)).toMatchObject({ valueEncoding: 'base64', value: '//7DKA==' });
  expect(shown.get(3)).toMatchObject({ keyEncoding: 'base64', valueEncoding: 'base64' });
  expect(shown.get(7)?.headers).toHaveLength(100);
  expect(shown.get(7)).toMatchObject({ isCut: true });
  expect(Buffer.byteLength(JSON.stringify([...shown.values()]))).toBeLessThan(8 * mebibyte);
});

test('a filter that looks into them finds what is there, and nothing by way of a prototype', async () => {
  const { found } = await scan('value.state = new');
  expect(found.map(({ record }) => record.offset)).toEqual([8]);
  for (const [path, offsets] of [
    ['value.__proto__.state = new', [6]],
    ['value.constructor.state = new', [6]],
    ['value.constructor.name = Object', []],
    ['value.toString exists', []],
  ] as const)
    expect(
      (await scan(path)).found.map(({ record }) => record.offset),
      path,
    ).toEqual(offsets);
  expect(({} as Record<string, unknown>)['state']).toBeUndefined();
});
