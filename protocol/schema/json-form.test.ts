import { describe, expect, test } from 'vitest';
import { parseExactJson, stringifyExactJson } from './exact-json.ts';
import { messageFromJson, messageToJson } from './json-form.ts';
import { array, bytes, float64, int16, int64, record, request, string } from './notation.ts';

const schema = request(
  99,
  'SampleRequest',
  { versions: '0-2', flexible: '1+' },
  {
    name: string('0+'),
    note: string('1+', { nullable: true, tag: 0 }),
    offsets: array('0+', { offset: int64('0+'), body: bytes('2+') }),
    ids: array('0+', 'int16'),
    level: int16('0+'),
  },
);

describe('JSON with exact integers', () => {
  test.each([
    '9223372036854775807',
    '-9223372036854775808',
    '9007199254740993',
    '12',
    '"12345678901234567890"',
    '1.5e3',
    '0.1234567890123456',
    '[-0,0.1234567890123456,1.234567890123456e+22]',
  ])('%s survives', (text) => {
    expect(stringifyExactJson(parseExactJson(text))).toBe(text === '1.5e3' ? '1500' : text);
  });
  test('an object that looks like our own mark is refused or kept, never run', () => {
    expect(() => parseExactJson('{"$bigint":"x"}')).toThrow(SyntaxError);
  });
});

describe('JSON form of a message', () => {
  const json = parseExactJson(
    '{"name":"a","offsets":[{"offset":9223372036854775807,"body":"00ff"}],"ids":[-1],"level":3}',
  );
  test('reads, and writes what it read: a tagged field at its default is left out', () => {
    const value = messageFromJson(schema, 2, json);
    expect(value).toEqual({
      name: 'a',
      note: null,
      offsets: [{ offset: 9223372036854775807n, body: Buffer.from([0, 255]) }],
      ids: [-1],
      level: 3,
    });
    expect(messageToJson(schema, 2, value)).toEqual({
      name: 'a',
      offsets: [{ offset: 9223372036854775807n, body: '00ff' }],
      ids: [-1],
      level: 3,
    });
    expect(messageToJson(schema, 2, value, 'base64')).toHaveProperty('offsets.0.body', 'AP8=');
  });
  test('takes bytes in base64 too', () => {
    const value = messageFromJson(schema, 2, { offsets: [{ body: 'AP8=' }] });
    expect(value.offsets[0]?.body).toEqual(Buffer.from([0, 255]));
  });
  test('bytes that could be hex or base64 are what the caller says, else hex', () => {
    const bodyOf = (form?: 'hex' | 'base64'): unknown =>
      messageFromJson(schema, 2, { offsets: [{ body: 'abcd' }] }, form).offsets[0]?.body;
    expect(bodyOf()).toEqual(Buffer.from('abcd', 'hex'));
    expect(bodyOf('hex')).toEqual(Buffer.from('abcd', 'hex'));
    expect(bodyOf('base64')).toEqual(Buffer.from('abcd', 'base64'));
    const wrong = { offsets: [{ body: 'AP8=' }] };
    expect(() => messageFromJson(schema, 2, wrong, 'hex')).toThrow('has to be bytes in hex');
  });
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.1, 5])(
    'a float64 of %d comes back',
    (value) => {
      const quota = record(14, 'Quota', { versions: '0' }, { value: float64('0+') });
      const text = stringifyExactJson(messageToJson(quota, 0, { value }));
      expect(messageFromJson(quota, 0, parseExactJson(text)).value).toBe(value);
    },
  );
  test.each([
    [2, { nam: 'a' }, 'nam is no field of this message'],
    [0, { note: 'a' }, 'note is not in version 0'],
    [2, { name: null }, 'name must not be null in version 2'],
    [2, { name: 1 }, 'name has to be a string'],
    [2, { level: 40_000 }, 'level is outside of int16'],
    [2, { level: 1.5 }, 'level has to be an integer'],
    [2, { ids: [1, 'b'] }, 'ids[1] has to be an integer'],
    [2, { offsets: [{ offset: 2n ** 63n }] }, 'offsets[0].offset is outside of int64'],
    [2, { offsets: [{ body: 'zz' }] }, 'offsets[0].body has to be bytes in hex or base64'],
    [2, { toString: 1 }, 'toString is no field of this message'],
    [2, [], 'the message has to be an object'],
  ] as const)('version %i refuses a wrong member (%#)', (version, wrong, message) => {
    expect(() => messageFromJson(schema, version, wrong)).toThrow(message);
  });
});
