/** By size a cell is filled in proportion, what is small is still there, and what is not known is not small. */
import { expect, it } from 'vitest';
import { stateLooks, unknownLook } from './strip-looks.ts';
import { filledSide, largestSize, sizedLook } from './strip-sizes.ts';

const inSync = stateLooks['in-sync'];

it('measures against the largest of those that are known', () => {
  expect(largestSize([3, null, 12, 0])).toBe(12);
  expect(largestSize([0, 0])).toBe(0);
  expect(largestSize([null])).toBeNull();
  expect(largestSize([])).toBeNull();
});

it('fills by the share, in the colour of the state', () => {
  expect(sizedLook(inSync, 3, 12)).toEqual({ ...inSync, area: 0.25 });
  expect(sizedLook(stateLooks.offline, 12, 12)).toEqual({ ...stateLooks.offline, area: 1 });
});

it('tells an empty partition from one of which nothing is known', () => {
  expect(sizedLook(inSync, 0, 12)).toEqual({ ...inSync, area: 0 });
  expect(sizedLook(inSync, 0, 0)).toEqual({ ...inSync, area: 0 });
  expect(sizedLook(inSync, null, 12)).toBe(unknownLook);
});

it('draws squares whose areas compare, and nothing so small that it is lost', () => {
  expect(filledSide(16, 1)).toBe(16);
  expect(filledSide(16, 0.25)).toBe(8);
  expect(filledSide(6, 0.000_001)).toBe(2);
  expect(filledSide(6, 0)).toBe(0);
  expect(filledSide(1, 0.5)).toBe(1);
});
