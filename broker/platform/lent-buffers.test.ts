import { expect, it } from 'vitest';
import {
  borrowBuffer,
  giveBack,
  isLent,
  LARGEST_LENT_BYTES,
  MAX_KEPT_BYTES,
  SMALLEST_LENT_BYTES,
} from './lent-buffers.ts';

it('lends the memory that came back, at the size asked for', () => {
  const first = borrowBuffer(1_000_000);
  expect(first).toHaveLength(1_000_000);
  expect(isLent(first.subarray(10, 20))).toBe(true);
  giveBack(first.subarray(0, 999));
  expect(isLent(first)).toBe(false);
  const second = borrowBuffer(600_000);
  expect(second.buffer).toBe(first.buffer);
  expect(second).toHaveLength(600_000);
  expect(borrowBuffer(600_000).buffer).not.toBe(first.buffer);
});

it('never lends the same memory to two, though it is given back twice', () => {
  const buffer = borrowBuffer(SMALLEST_LENT_BYTES);
  giveBack(buffer);
  giveBack(buffer);
  expect(borrowBuffer(SMALLEST_LENT_BYTES).buffer).not.toBe(borrowBuffer(SMALLEST_LENT_BYTES).buffer);
});

it('leaves memory alone that is not its own', () => {
  const foreign = Buffer.alloc(SMALLEST_LENT_BYTES);
  giveBack(foreign);
  expect(borrowBuffer(SMALLEST_LENT_BYTES).buffer).not.toBe(foreign.buffer);
  for (const bytes of [SMALLEST_LENT_BYTES - 1, LARGEST_LENT_BYTES + 1])
    expect(isLent(borrowBuffer(bytes))).toBe(false);
});

it('keeps a bounded amount', () => {
  const count = MAX_KEPT_BYTES / LARGEST_LENT_BYTES + 1;
  const all = Array.from({ length: count }, () => borrowBuffer(LARGEST_LENT_BYTES));
  for (const buffer of all) giveBack(buffer);
  const known = new Set(all.map(({ buffer }) => buffer));
  const again = Array.from({ length: count }, () => borrowBuffer(LARGEST_LENT_BYTES));
  expect(again.filter(({ buffer }) => !known.has(buffer))).not.toHaveLength(0);
});
