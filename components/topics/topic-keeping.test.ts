/** What the list says of keeping and of the last write. */
import { expect, test } from 'vitest';
import { keepingOrder, keptOf, lastWriteOf, lastWriteOrder } from './topic-keeping';

const keeping = (cleanupPolicy: string | null, retentionMs: number | null, retentionBytes = -1) => ({
  cleanupPolicy,
  retentionMs,
  retentionBytes,
});

test.each([
  ['delete', 1_000, -1, { compacted: false, forMs: 1_000, bytes: null }],
  ['delete', -1, 5, { compacted: false, forMs: null, bytes: 5 }],
  ['compact', 1_000, 5, { compacted: true, forMs: null, bytes: null }],
  ['compact,delete', 1_000, 5, { compacted: true, forMs: 1_000, bytes: 5 }],
])('%s for %i ms and %i bytes', (policy, ms, bytes, kept) => {
  expect(keptOf(keeping(policy, ms, bytes))).toEqual(kept);
});

test('what is not known stays unknown, and what is kept for ever is kept longest', () => {
  expect(keptOf(keeping(null, null))).toBeNull();
  expect(keepingOrder(keeping(null, null))).toBeNull();
  expect(keepingOrder(keeping('compact', 1))).toBeGreaterThan(keepingOrder(keeping('delete', 9e12)) ?? 0);
});

const [early, late] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];

test('a write that was seen, records older than what was watched, none at all, and nothing known', () => {
  expect(lastWriteOf({ lastWriteAt: late, writesWatchedSince: early, records: 3 })?.kind).toBe('seen');
  const before = { lastWriteAt: null, writesWatchedSince: early, records: 3 };
  expect(lastWriteOf(before)).toEqual({ kind: 'before', atMs: Date.parse(early) });
  expect(lastWriteOf({ ...before, records: null })?.kind).toBe('before');
  expect(lastWriteOf({ ...before, records: 0 })?.kind).toBe('none');
  expect(lastWriteOf({ lastWriteAt: null, writesWatchedSince: null, records: 3 })).toBeNull();
});

test('in the order of time: seen ones, then older ones, then none', () => {
  const of = (lastWriteAt: string | null, records: number) =>
    lastWriteOrder({ lastWriteAt, writesWatchedSince: late, records }) ?? 0;
  expect(of(late, 1)).toBeGreaterThan(of(early, 1));
  expect(of(early, 1)).toBeGreaterThan(of(null, 1));
  expect(of(null, 1)).toBeGreaterThan(of(null, 0));
});
