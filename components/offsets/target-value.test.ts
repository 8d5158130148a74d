/** One rule for all forms: a typed place is a number that Kafka takes, or it is told to be none. */
import { describe, expect, it } from 'vitest';
import { needsValue, targetValue } from './target-value.ts';

describe('a place in a log', () => {
  it.each(['earliest', 'latest', 'current', 'end'])('%s says by itself where', (to) => {
    expect(needsValue(to)).toBe(false);
    expect(targetValue(to, '17')).toBeUndefined();
  });

  it.each([
    ['offset', '0', 0],
    ['offset', ' 42 ', 42],
    ['shift', '-100', -100],
    ['shift', '100', 100],
    ['timestamp', '2026-11-21T10:02:07Z', Date.UTC(2026, 10, 21, 10, 2, 7)],
    ['duration', '90', 90_000],
    ['duration', ' 2 h 30 min ', 9_000_000],
    ['duration', '3 小时', 10_800_000],
    ['duration', 'PT2H30M', 9_000_000],
    ['duration', 'p1d', 86_400_000],
  ])('%s of %j is %d', (to, text, value) => {
    expect(targetValue(to, text)).toBe(value);
  });

  it.each([
    ['offset', ''],
    ['offset', '  '],
    ['offset', '-1'],
    ['offset', '1.5'],
    ['offset', 'all'],
    ['offset', '9007199254740993'],
    ['shift', ''],
    ['shift', '0.5'],
    ['duration', ''],
    ['duration', '2 lightyears'],
    ['duration', '-5'],
    ['duration', '-PT1M'],
    ['duration', 'P1M'],
    ['timestamp', ''],
    ['timestamp', 'tomorrow'],
    ['timestamp', '1960-01-01T00:00:00Z'],
  ])('%s of %j is none', (to, text) => {
    expect(targetValue(to, text)).toBeNull();
  });
});
