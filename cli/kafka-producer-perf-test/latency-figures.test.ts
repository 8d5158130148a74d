import { expect, it } from 'vitest';
import { LatencyFigures } from './latency-figures.ts';

function figuresOf(records: number, isSteadyState = false) {
  const clock = { ms: 1_000 };
  const lines: string[] = [];
  const settings = { records, reportingIntervalMs: 5_000, isSteadyState };
  const figures = new LatencyFigures(
    settings,
    () => clock.ms,
    (line) => lines.push(line),
  );
  return { clock, lines, figures };
}

it('tells of all records, with percentiles of what each took', () => {
  const { clock, lines, figures } = figuresOf(1_000);
  for (let ms = 1_000; ms > 0; ms -= 1) figures.record(ms, 1_024, 1_500);
  clock.ms = 4_000;
  expect(lines).toEqual([]);
  expect(figures.totalLine()).toBe(
    '1000 records sent, 333.333333 records/sec (0.33 MB/sec), 500.50 ms avg latency, 1000.00 ms max latency, 501 ms 50th, 951 ms 95th, 991 ms 99th, 1000 ms 99.9th.',
  );
});

it('tells of an interval with the first record behind its end, and begins another', () => {
  const { clock, lines, figures } = figuresOf(10);
  figures.record(10, 1_048_576, 2_000);
  figures.record(25, 1_048_576, 5_999);
  expect(lines).toEqual([]);
  clock.ms = 6_000;
  figures.record(4, 1_048_576, 6_000);
  expect(lines).toEqual([
    '3 records sent, 0.6 records/sec (0.60 MB/sec), 13.0 ms avg latency, 25.0 ms max latency.',
  ]);
  clock.ms = 11_000;
  figures.record(1, 0, 11_000);
  expect(lines[1]).toBe(
    '1 records sent, 0.2 records/sec (0.00 MB/sec), 1.0 ms avg latency, 1.0 ms max latency.',
  );
  figures.isQuiet = true;
  figures.record(1, 0, 20_000);
  expect(lines).toHaveLength(2);
});

it('says when it comes to the steady state, and so in its total', () => {
  const { clock, lines, figures } = figuresOf(4, true);
  clock.ms = 6_000;
  figures.record(2, 10, 6_000);
  expect(lines[0]).toBe('In steady state.');
  figures.record(2, 10, 11_000);
  expect(lines.filter((line) => line === 'In steady state.')).toHaveLength(1);
  expect(figures.totalLine()).toContain('2 steady state records sent, 0.400000 records/sec');
});

it('takes every second of a million records as a sample, and has no figures of none', () => {
  const { figures } = figuresOf(1_000_000);
  for (let index = 0; index < 1_000_000; index += 1) figures.record(index % 2 === 0 ? 7 : 90, 1, 1_000);
  expect(figures.totalLine()).toContain(
    '90.00 ms max latency, 7 ms 50th, 7 ms 95th, 7 ms 99th, 7 ms 99.9th.',
  );
  expect(figuresOf(5).figures.totalLine()).toContain(
    '0 records sent, NaN records/sec (NaN MB/sec), NaN ms avg',
  );
});
