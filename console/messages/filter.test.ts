/** The language of filters: what passes, and where the words are that cannot be read. */
import { describe, expect, it } from 'vitest';
import type { ReadRecord } from '../../kafka-client/records/read-fetched.ts';
import { matcherOf } from './filter-match.ts';
import { parseFilter } from './filter-parser.ts';
import { FilterError } from './filter-tokens.ts';

const record: ReadRecord = {
  offset: 42,
  timestampMs: Date.parse('2026-05-04T03:02:01Z'),
  key: Buffer.from('customer-7'),
  value: Buffer.from('{"order":{"id":1234,"state":"Paid"},"items":[{"sku":"A-1"}],"note":null}'),
  headers: [
    { key: 'Trace.Id', value: Buffer.from('abc') },
    { key: 'empty', value: null },
    { key: 'attempt', value: Buffer.from('2') },
  ],
};
const tombstone: ReadRecord = { ...record, value: null, headers: [] };
const passes = (filter: string, of = record): boolean => matcherOf(parseFilter(filter))(of, 3);

describe('a filter', () => {
  it.each([
    '',
    '  ',
    'paid',
    '"order"',
    'CUSTOMER',
    'trace.id',
    'abc paid',
    'paid and abc',
    'nothing or paid',
    'not nothing',
    'not (nothing or nowhere)',
    'key = customer-7',
    'key starts CUST',
    'key ends -7',
    'key: tomer',
    'key != customer-8',
    'value.order.id = 1234',
    'value.order.id >= 1000 and value.order.id < 2000',
    'value.order.state = Paid',
    'value.order.state != paid',
    'value.items[0].sku = "A-1"',
    'value["order"]["id"] = 1234',
    'value.note = null',
    'not value.missing',
    'value.missing != 1',
    'value.order',
    'header.trace.id = abc',
    'header["Trace.Id"] contains B',
    'header.empty = null',
    'header.attempt > 1',
    'header contains abc',
    'offset = 42',
    'offset>41 offset<43',
    'partition = 3',
    'size > 10',
    'timestamp >= "2026-05-04T00:00:00Z" and timestamp < 2026-05-05',
    "'paid'",
    'KEY = customer-7 AND NOT value = null',
  ])('lets through: %s', (filter) => {
    expect(passes(filter)).toBe(true);
  });

  it.each([
    'nothing',
    'paid nothing',
    'not paid',
    'key = customer',
    'key = CUSTOMER-7',
    'value.order.id = 12',
    'value.order.id.deeper',
    'value.note',
    'value.__proto__',
    'value = null',
    'header.empty',
    'header.gone = null',
    'offset != 42',
    'timestamp < 2026-05-04',
  ])('holds back: %s', (filter) => {
    expect(passes(filter)).toBe(false);
  });

  it('knows what is not there from what is empty', () => {
    expect(passes('value = null', tombstone)).toBe(true);
    expect(passes('value', tombstone)).toBe(false);
    expect(passes('key', tombstone)).toBe(true);
    expect(passes('value = ""', { ...record, value: Buffer.alloc(0) })).toBe(true);
    expect(passes('paid', tombstone)).toBe(false);
  });

  it.each([
    ['(paid', 0, 'not closed'],
    ['paid)', 4, 'does not belong here'],
    ['key =', 5, 'a value behind = is missing'],
    ['key = (x)', 6, 'a value is missing'],
    ['"paid', 0, 'has no end'],
    ['key ! x', 4, 'stands alone'],
    ['offset = many', 9, 'is a number'],
    ['timestamp > yesterday', 12, 'no time'],
    ['value < null', 8, 'only be compared'],
    ['and', 0, null],
    ['offset.x = 1', 0, 'nothing inside'],
    ['header', 0, 'name the header'],
    ['value[', 6, 'missing'],
    ['paid or', 7, 'missing'],
    ['('.repeat(60), 51, 'too deep'],
    ['x'.repeat(1_001), 1_000, 'at most 1000'],
  ])('says where %j cannot be read', (filter, position, words) => {
    if (words === null) return void expect(passes(filter)).toBe(false);
    expect.assertions(3);
    try {
      parseFilter(filter);
    } catch (error) {
      expect(error).toBeInstanceOf(FilterError);
      expect((error as FilterError).message).toContain(words);
      expect((error as FilterError).position).toBe(position);
    }
  });
});
