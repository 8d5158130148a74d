import { expect, it } from 'vitest';
import { ConsumptionFigures, headerLine } from './consumption-figures.ts';

function figuresOf(isDetailed: boolean) {
  const lines: string[] = [];
  const settings = { isDetailed, reportingIntervalMs: 5_000, formatDate: (ms: number) => `@${String(ms)}` };
  return { lines, figures: new ConsumptionFigures(settings, 1_000, (line) => lines.push(line)) };
}
const MB = 1_048_576;

it('names its columns', () => {
  expect(headerLine(false)).toBe(
    'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec',
  );
  expect(headerLine(true)).toMatch(/^time, threadId, data\.consumed\.in\.MB, /);
});

it('tells of the whole run, without the time to join', () => {
  const { lines, figures } = figuresOf(false);
  figures.assigned(2_000);
  figures.read(MB, 3_000);
  figures.revoked(3_500);
  figures.assigned(3_750);
  figures.read(MB / 2, 7_000);
  expect(lines).toEqual([]);
  expect(figures.totalLine(9_000)).toBe(
    '@1000, @9000, 1.5000, 0.1875, 2, 0.2500, 1250, 6750, 0.2222, 0.2963',
  );
});

it('tells of each interval with its first record behind the end', () => {
  const { lines, figures } = figuresOf(true);
  figures.assigned(1_500);
  figures.read(MB, 2_000);
  figures.read(MB, 6_000);
  figures.read(MB, 6_000);
  expect(lines).toEqual(['@6000, 0, 2.0000, 0.4000, 2, 0.4000, 500, 4500, 0.4444, 0.4444']);
  figures.revoked(6_000);
  figures.assigned(12_000);
  figures.read(MB, 12_000);
  expect(lines[1]).toBe('@12000, 0, 4.0000, 0.3333, 4, 0.3333, 6000, 0, 0.0000, 0.0000');
});
