import { describe, expect, test } from 'vitest';
import { parseDateTime, parseDuration, parsePlan, parseTopicArgument, planText } from './reset-plan.ts';

test.each([
  ['t', { topic: 't', partitions: null }],
  ['t:0', { topic: 't', partitions: [0] }],
  ['t:0,12', { topic: 't', partitions: [0, 12] }],
])('--topic %s', (text, parsed) => {
  expect(parseTopicArgument(text)).toEqual(parsed);
});

test.each([
  ['t:', "Invalid topic arg 't:', expected topic name and partitions"],
  ['t:1:2', "Invalid topic arg 't:1:2', expected"],
  ['t:x', "Invalid partition 'x' specified in topic arg 't:x''"],
])('--topic %s is refused', (text, words) => {
  expect(() => parseTopicArgument(text)).toThrow(words);
});

test.each([
  ['2024-01-02T03:04:05.006', '2024-01-02T03:04:05.006Z'],
  ['2024-01-02T03:04:05.006Z', '2024-01-02T03:04:05.006Z'],
  ['2024-01-02T03:04:05.006+02:30', '2024-01-02T00:34:05.006Z'],
  ['2024-01-02T03:04:05.006-0100', '2024-01-02T04:04:05.006Z'],
  ['2024-01-02T03:04:05+01', '2024-01-02T02:04:05.000Z'],
])('the time %s', (text, utc) => {
  expect(new Date(parseDateTime(text)).toISOString()).toBe(utc);
});

test.each(['2024-01-02', '2024-13-02T03:04:05.006', 'yesterday', '2024-01-02T03:04:05.006+1'])(
  'no time: %s',
  (text) => {
    expect(() => parseDateTime(text)).toThrow(`Error parsing timestamp ${text}`);
  },
);

test.each([
  ['P1D', 86_400_000],
  ['PT1H2M3.5S', 3_723_500],
  ['p2dt1m', 172_860_000],
  ['-PT1M', -60_000],
  ['PT-1M', -60_000],
  ['P0D', 0],
])('the duration %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['P', 'PT', 'P1DT', '1D', 'P1M', 'PT1.5H', ''])('no duration: %s', (text) => {
  expect(() => parseDuration(text)).toThrow('Text cannot be parsed to a Duration');
});

describe('plans', () => {
  const planned = (topic: string, partition: number, offset: number) => ({ topic, partition, offset });
  const long = 'a-topic-whose-name-is-long-enough';

  test('of one group, with or without its name', () => {
    const plan = [planned('t', 0, 5), planned(long, 1, 0)];
    expect(parsePlan(`t,0,5\n"${long}",1,0\n`, ['g'])).toEqual(new Map([['g', plan]]));
    expect(parsePlan(`g,t,0,5\r\ng,${long},1,0`, ['g'])).toEqual(new Map([['g', plan]]));
  });

  test('of several', () => {
    expect(parsePlan('"a,""b",t,0,5\nc,t,1,6\n', ['a,"b', 'c'])).toEqual(
      new Map([
        ['a,"b', [planned('t', 0, 5)]],
        ['c', [planned('t', 1, 6)]],
      ]),
    );
  });

  test('are written as they are read', () => {
    const rows = [
      { group: 'a,"b', ...planned('t', 0, 5) },
      { group: 'c', ...planned(long, 1, 6) },
    ];
    expect(planText(rows, true)).toBe(`"a,""b",t,0,5\nc,"${long}",1,6\n`);
    expect(planText(rows, false)).toBe(`t,0,5\n"${long}",1,6\n`);
  });

  test.each(['t,0', 't,x,1', 't,0,x', 'g,t,0,1,2'])('refuses %s', (line) => {
    expect(() => parsePlan(line, ['g'])).toThrow(`--from-file: "${line}" is not`);
  });
});
