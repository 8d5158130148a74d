import { expect, it } from 'vitest';
import { noteRowsWritten, rowsWrittenPerHour } from './rows-written.ts';

it('is a mean over the last hour, and unknown before there are two rounds', () => {
  expect(rowsWrittenPerHour('a')).toBeNull();
  noteRowsWritten('a', 1_000_000, 5_000);
  expect(rowsWrittenPerHour('a')).toBeNull();
  noteRowsWritten('a', 1_010_000, 30);
  noteRowsWritten('a', 1_020_000, 10);
  expect(rowsWrittenPerHour('a')).toBe(40 * 180);
  noteRowsWritten('a', 1_020_000 + 3_600_000, 7);
  expect(rowsWrittenPerHour('a')).toBeNull();
  expect(rowsWrittenPerHour('b')).toBeNull();
});
