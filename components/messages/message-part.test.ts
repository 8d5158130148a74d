/** What a key or value is, in which way it is shown, and that nothing of it is lost or grows beyond bounds. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../console/contracts/messages.ts';
import { hexDump } from './hex-dump.ts';
import { bytesOf, exactTime, isoTime, keyOf, oneLine, shownSize, valueOf } from './message-part.ts';
import { shownPart } from './part-view.ts';
import { prettyJson } from './pretty-json.ts';

const message: Message = {
  partition: 0,
  offset: 0,
  timestamp: 0,
  key: null,
  keyEncoding: 'text',
  keySizeBytes: 0,
  value: 'héllo',
  valueEncoding: 'text',
  valueSizeBytes: 6,
  headers: [],
  sizeBytes: 6,
  isCut: false,
};
const binary = valueOf({ ...message, value: 'AP8Q', valueEncoding: 'base64', valueSizeBytes: 3 });

describe('a part', () => {
  it('knows nothing from empty, and text from bytes', () => {
    expect(keyOf(message).kind).toBe('null');
    expect(keyOf({ ...message, key: '' }).kind).toBe('empty');
    expect(valueOf(message)).toEqual({ kind: 'text', content: 'héllo', sizeBytes: 6 });
    expect(binary.kind).toBe('binary');
  });

  it('gives its bytes, and how many of them are here', () => {
    expect([...bytesOf(binary)]).toEqual([0, 255, 16]);
    expect([...bytesOf(valueOf(message))]).toEqual([0x68, 0xc3, 0xa9, 0x6c, 0x6c, 0x6f]);
    expect(shownSize(binary)).toBe(3);
    for (const [content, size] of [
      ['AA==', 1],
      ['AAA=', 2],
    ] as const)
      expect(shownSize({ kind: 'binary', content, sizeBytes: 9 })).toBe(size);
    expect(shownSize(valueOf({ ...message, value: 'hé', isCut: true }))).toBe(3);
  });

  it('is one line in a table, however many it has', () => {
    expect(oneLine(' a\n\tb\r\n c ')).toBe('a b c');
    expect(oneLine('x'.repeat(100_000)).length).toBe(400);
  });
});

describe('JSON', () => {
  it.each([
    ['{"a":1,"b":[true,null]}', '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}'],
    ['{ }', '{}'],
    ['[[],{}]', '[\n  [],\n  {}\n]'],
    ['{"text":"a {\\"b\\": [1, 2]}, c"}', '{\n  "text": "a {\\"b\\": [1, 2]}, c"\n}'],
    ['12345678901234567890', '12345678901234567890'],
    ['{"n":1.0,"n":1e3}', '{\n  "n": 1.0,\n  "n": 1e3\n}'],
    ['"a\\\\"', '"a\\\\"'],
  ])('%s is indented and not changed', (text, pretty) => expect(prettyJson(text)).toBe(pretty));

  it.each(['', 'hello', '{"a":}', '{} x', '[1,]'])('%j is none', (text) =>
    expect(prettyJson(text)).toBeNull(),
  );

  it('is left as it is where indenting would make too much of it', () => {
    expect(prettyJson(`${'['.repeat(100)}${']'.repeat(100)}`)).not.toBeNull();
    expect(prettyJson(`${'['.repeat(101)}${']'.repeat(101)}`)).toBeNull();
  });
});

describe('a view', () => {
  const json = valueOf({ ...message, value: '{"a":1}', valueSizeBytes: 7 });

  it('is what was asked for where that fits', () => {
    expect(shownPart(json, 'json')).toEqual({ view: 'json', text: '{\n  "a": 1\n}', isShortened: false });
    expect(shownPart(json, 'text').text).toBe('{"a":1}');
    expect(shownPart(json, 'hex').text).toContain('7b 22 61 22 3a 31 7d');
  });

  it('gives way to text, and to bytes', () => {
    expect(shownPart(valueOf(message), 'json').view).toBe('text');
    expect(shownPart(binary, 'json').view).toBe('hex');
    expect(shownPart(binary, 'text').view).toBe('hex');
  });

  it('draws only so much', () => {
    const long = valueOf({ ...message, value: 'x'.repeat(300_000), valueSizeBytes: 300_000 });
    expect(shownPart(long, 'text')).toMatchObject({ isShortened: true });
    expect(shownPart(long, 'text').text.length).toBe(200_000);
    expect(shownPart(long, 'hex').text.split('\n').length).toBe(2_048);
  });
});

it('dumps bytes in rows of sixteen', () => {
  const bytes = new TextEncoder().encode('hello world, this is\n');
  expect(hexDump(bytes).split('\n')).toEqual([
    '00000000  68 65 6c 6c 6f 20 77 6f  72 6c 64 2c 20 74 68 69  hello world, thi',
    '00000010  73 20 69 73 0a                                    s is.',
  ]);
  expect(hexDump(new Uint8Array())).toBe('');
});

it('says a time to the millisecond, and of an impossible one nothing', () => {
  expect(exactTime(new Date(2026, 10, 21, 10, 2, 7, 45).getTime())).toBe('2026-11-21 10:02:07.045');
  expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(isoTime(null)).toBeNull();
  expect(isoTime(9e15)).toBeNull();
});
