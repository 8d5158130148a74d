/** Identity by colour: distinct inside a chart, the same from day to day. */
import { describe, expect, it } from 'vitest';
import { brokerHue, HUES, huesOf } from './series-colour.ts';

describe('huesOf', () => {
  it('gives eight names eight hues', () => {
    const names = ['orders', 'payments', 'page-views', 'a', 'b', 'c', 'd', 'e'];
    expect(new Set(huesOf(names).values()).size).toBe(HUES);
  });

  it('does not depend on the order names come in', () => {
    const names = ['orders', 'payments', 'page-views'];
    expect(huesOf(names)).toEqual(huesOf([...names].reverse()));
  });

  it('has an answer for more names than hues', () => {
    const hues = huesOf(Array.from({ length: 20 }, (_, index) => `topic-${index}`));
    expect(hues.size).toBe(20);
    for (const hue of hues.values()) expect(hue).toBeLessThan(HUES);
  });
});

it('keeps a broker its hue by id', () => {
  expect([0, 1, 8, 1001].map(brokerHue)).toEqual([0, 1, 0, 1]);
});
