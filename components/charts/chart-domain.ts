/**
 * Where a chart's axes begin, end and are marked. PURE: numbers in, numbers and words out.
 *
 * The value axis starts at zero (below only when a value is), ends on a round tick and has three to five of them,
 * all in one unit, so that "0, 500, 1" never stands beside "1.5 MiB". Bytes step in powers of two, the rest in
 * 1, 2, 2.5, 5. The time axis is always the window that was asked for, whatever data there is.
 */
import type { Locale } from '../../messages/locales.ts';
import { timeWords } from '../format/time-words.ts';
import { scaleOf, type QuantityKind } from '../format/quantity.ts';

export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  /** The unit all labels share, shown once. */
  readonly unit: string;
  readonly label: (tick: number) => string;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const COUNT_UNITS = ['', 'k', 'M', 'G', 'T'];
const DECIMAL_STEPS = [1, 2, 2.5, 5, 10];
/** Below this a flat line of noise would fill the chart. */
const SMALLEST_TOP: Record<QuantityKind, number> = {
  count: 4,
  compact: 4,
  bytes: 1024,
  bytesPerSec: 1024,
  perSec: 1,
  perMinute: 1,
  percent: 4,
  seconds: 4,
  milliseconds: 1,
  duration: 10,
};

function decimalStep(span: number, whole: boolean): number {
  const rough = span / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const factor = DECIMAL_STEPS.find((step) => step * magnitude >= rough * 0.999) ?? 10;
  const step = factor * magnitude;
  return whole ? Math.max(1, Math.ceil(step)) : step;
}

function binaryStep(span: number): number {
  return 2 ** Math.ceil(Math.log2(span / 4) - 0.001);
}

/** Steps between the marks of a time that is measured: by what clocks count, so that the marks are "10 min", not "600". */
const DURATION_STEPS = [
  ...[1, 2, 5, 10, 15, 20, 30].map((count) => ({ seconds: count, per: 1, unit: 's' as const })),
  ...[1, 2, 5, 10, 15, 20, 30].map((count) => ({ seconds: count * 60, per: 60, unit: 'min' as const })),
  ...[1, 2, 3, 6, 12].map((count) => ({ seconds: count * 3_600, per: 3_600, unit: 'h' as const })),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => ({
    seconds: count * 86_400,
    per: 86_400,
    unit: 'd' as const,
  })),
] as const;

function durationAxis(high: number, locale: Locale): ValueAxis {
  const top = Math.max(high, SMALLEST_TOP.duration);
  const fits = DURATION_STEPS.find(({ seconds }) => top / seconds <= 5) ?? DURATION_STEPS.at(-1);
  const { seconds: step, per, unit } = fits ?? { seconds: 86_400, per: 86_400, unit: 'd' as const };
  const last = Math.max(2, Math.ceil((top / step) * 0.9999));
  const ticks = Array.from({ length: last + 1 }, (_, index) => index * step);
  const label = (tick: number): string =>
    tick === 0 ? '0' : `${tick / per} ${timeWords[locale].units[unit]}`;
  return { min: 0, max: last * step, ticks, unit: '', label };
}

/** The axis for values between `low` and `high` of one kind. */
export function valueAxis(kind: QuantityKind, low: number, high: number, locale: Locale): ValueAxis {
  if (kind === 'duration') return durationAxis(high, locale);
  const binary = kind === 'bytes' || kind === 'bytesPerSec';
  const top = Math.max(high, low < 0 ? 0 : SMALLEST_TOP[kind]);
  const bottom = Math.min(0, low);
  const whole = kind === 'count' || kind === 'compact';
  const step = binary ? binaryStep(top - bottom) : decimalStep(top - bottom, whole);
  const first = Math.floor(bottom / step);
  const last = Math.max(first + 2, Math.ceil((top / step) * 0.9999));
  const ticks: number[] = [];
  for (let index = first; index <= last; index += 1) ticks.push(index * step);
  const max = last * step;
  return { min: first * step, max, ticks, ...axisWords(kind, Math.max(max, -first * step), locale) };
}

function axisWords(kind: QuantityKind, largest: number, locale: Locale): Pick<ValueAxis, 'unit' | 'label'> {
  const print = (value: number): string =>
    new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }).format(value);
  if (kind === 'percent') return { unit: '%', label: print };
  if (kind === 'seconds') return { unit: timeWords[locale].units.s, label: print };
  if (kind === 'milliseconds') {
    const perUnit = largest < 2_000 ? 1 : 1_000;
    const words = timeWords[locale];
    return { unit: perUnit === 1 ? words.ms : words.units.s, label: (tick) => print(tick / perUnit) };
  }
  const suffix = kind === 'bytesPerSec' || kind === 'perSec' ? '/s' : '';
  if (kind === 'bytes' || kind === 'bytesPerSec') {
    const power = scaleOf(largest, 1024, BYTE_UNITS.length);
    return { unit: `${BYTE_UNITS[power] ?? ''}${suffix}`, label: (tick) => print(tick / 1024 ** power) };
  }
  const power = largest < 10_000 ? 0 : scaleOf(largest, 1000, COUNT_UNITS.length);
  const scale = COUNT_UNITS[power] ?? '';
  return {
    unit: suffix,
    label: (tick) => (tick === 0 ? '0' : `${print(tick / 1000 ** power)}${scale === '' ? '' : ` ${scale}`}`),
  };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30].map((count) => count * DAY),
];

export interface TimeTick {
  readonly atMs: number;
  readonly unit: 'second' | 'minute' | 'day';
}

/**
 * Ticks on round local times inside [fromMs, toMs], at most `most` of them.
 * @param offsetMs what to add to UTC to get local time
 */
export function timeTicks(fromMs: number, toMs: number, most: number, offsetMs: number): TimeTick[] {
  const span = Math.max(1, toMs - fromMs);
  const step = TIME_STEPS.find((candidate) => span / candidate <= Math.max(1, most)) ?? 30 * DAY;
  const ticks: TimeTick[] = [];
  const first = Math.ceil((fromMs + offsetMs) / step) * step - offsetMs;
  for (let atMs = first; atMs <= toMs; atMs += step) {
    const isMidnight = (atMs + offsetMs) % DAY === 0;
    ticks.push({ atMs, unit: isMidnight ? 'day' : step < MINUTE ? 'second' : 'minute' });
  }
  return ticks;
}

export type Point = readonly [atMs: number, value: number | null];

/** The value at the point nearest to `atMs`, or null where there is none within `reachMs`. */
export function valueNear(points: readonly Point[], atMs: number, reachMs: number): Point | null {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  const candidates = [points[low - 1], points[low]].filter((point) => point !== undefined);
  let best: Point | null = null;
  for (const point of candidates) {
    const distance = Math.abs(point[0] - atMs);
    if (distance <= reachMs && (best === null || distance < Math.abs(best[0] - atMs))) best = point;
  }
  return best;
}

/**
 * Points with an explicit null wherever more than `resolutionMs * 2.5` passed without one, so that a line breaks there.
 * The server sends gaps as nulls where it knows of them; this catches those it does not know of.
 */
export function withGaps(points: readonly Point[], resolutionMs: number): Point[] {
  const out: Point[] = [];
  let before: Point | undefined;
  for (const point of points) {
    if (before !== undefined && point[0] - before[0] > resolutionMs * 2.5) {
      out.push([before[0] + resolutionMs, null]);
    }
    out.push(point);
    before = point;
  }
  return out;
}

/** A line that has told nothing for so many points has ended, or is silent: what it told last is not how things are. */
const SILENT_POINTS = 3;

/** From when on a last value counts as that of the window's end. */
export function currentFrom(endMs: number, resolutionMs: number): number {
  return endMs - resolutionMs * SILENT_POINTS;
}

/**
 * Stretches inside the window of at least `leastMs` in which no series has a value: written into the chart. One that goes
 * on to the end of the window is open: nothing says yet when it ends.
 */
export function silentStretches(
  series: readonly (readonly Point[])[],
  fromMs: number,
  toMs: number,
  leastMs: number,
): { fromMs: number; toMs: number; open: boolean }[] {
  const known = new Set<number>();
  for (const points of series) for (const [atMs, value] of points) if (value !== null) known.add(atMs);
  const times = [...known].filter((atMs) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a - b);
  const stretches: { fromMs: number; toMs: number; open: boolean }[] = [];
  for (const [index, start] of times.entries()) {
    const next = times[index + 1];
    const end = next ?? toMs;
    if (end - start >= leastMs) stretches.push({ fromMs: start, toMs: end, open: next === undefined });
  }
  return stretches;
}
