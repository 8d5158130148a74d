import { describe, expect, test } from 'vitest';
import { lineReader } from './line-reader.ts';
import { textLines } from './text-lines.ts';

const read = (properties: Record<string, string>, line: string) => {
  const { key, value, headers = [] } = lineReader(new Map(Object.entries(properties)))(line, 3);
  return {
    key: key === null ? null : Buffer.from(key).toString(),
    value: value === null ? null : Buffer.from(value).toString(),
    headers: headers.map((header) => [
      header.key,
      header.value === null ? null : Buffer.from(header.value).toString(),
    ]),
  };
};

describe('one line as one record', () => {
  test.each([
    [{}, 'a\tb', { key: null, value: 'a\tb', headers: [] }],
    [{ 'parse.key': 'true' }, 'k\tv\tw', { key: 'k', value: 'v\tw', headers: [] }],
    [{ 'parse.key': ' TRUE ', 'key.separator': '::' }, 'k::v', { key: 'k', value: 'v', headers: [] }],
    [
      { 'parse.key': 'true', 'parse.headers': 'true' },
      'a:1,b:2:3\tk\tv',
      { key: 'k', value: 'v', headers: [['a', '1'], ['b', '2:3']] }, // prettier-ignore
    ],
    [
      { 'parse.headers': 'true', 'headers.separator': ';|-', 'headers.delimiter': '!' },
      'a:1;b:-c:2!v',
      { key: null, value: 'v', headers: [['a', '1'], ['b', ''], ['c', '2']] }, // prettier-ignore
    ],
    [
      { 'parse.key': 'true', 'parse.headers': 'true', 'null.marker': 'NIL' },
      'a:NIL\tNIL\tNIL',
      { key: null, value: null, headers: [['a', null]] },
    ],
    [
      { 'parse.key': 'true', 'parse.headers': 'true', 'null.marker': 'NIL' },
      'NIL\tk\tNIL',
      { key: 'k', value: null, headers: [] },
    ],
    [{ 'parse.key': 'true', 'ignore.error': 'true' }, 'v', { key: null, value: 'v', headers: [] }],
    [
      { 'parse.headers': 'true', 'ignore.error': 'true' },
      'bare\tv',
      { key: null, value: 'v', headers: [['bare', null]] },
    ],
  ])('%j: %s', (properties, line, record) => {
    expect(read(properties as Record<string, string>, line)).toEqual(record);
  });

  test.each([
    [{ 'parse.key': 'true' }, 'v', "No key separator found on line number 3: 'v'"],
    [{ 'parse.headers': 'true' }, 'v', "No headers delimiter found on line number 3: 'v'"],
    [
      { 'parse.headers': 'true', 'parse.key': 'true' },
      'a:1\tv',
      "No key separator found on line number 3: 'a:1\tv'",
    ],
    [{ 'parse.headers': 'true' }, 'a\tv', "No header key separator found in pair 'a' on line number 3"],
    [
      { 'parse.headers': 'true', 'null.marker': 'N' },
      'N:1\tv',
      "Header keys should not be equal to the null marker 'N' as they can't be null",
    ],
    [{ 'headers.delimiter': ',' }, '', 'headers.delimiter and headers.separator may not be equal'],
    [{ 'headers.delimiter': ':' }, '', 'headers.delimiter and headers.key.separator may not be equal'],
    [{ 'headers.separator': ':' }, '', 'headers.separator and headers.key.separator may not be equal'],
    [{ 'null.marker': '|', 'key.separator': '|' }, '', 'null.marker and key.separator may not be equal'],
    [{ 'null.marker': ':' }, '', 'null.marker and headers.key.separator may not be equal'],
  ])('refuses %j: %s', (properties, line, words) => {
    expect(() => read(properties as Record<string, string>, line)).toThrow(words);
  });
});

test.each([
  [['a\nb\n'], ['a', 'b']],
  [['a\r\nb\rc'], ['a', 'b', 'c']],
  [
    ['a\r', '\nb'],
    ['a', 'b'],
  ],
  [
    ['a', 'b\n', '\n', 'c'],
    ['ab', '', 'c'],
  ],
  [[''], []],
])('%j is the lines %j', async (chunks, lines) => {
  async function* bytes() {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  }
  const read: string[] = [];
  for await (const line of textLines(bytes())) read.push(line);
  expect(read).toEqual(lines);
});
