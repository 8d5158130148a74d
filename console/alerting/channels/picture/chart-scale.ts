/** Where the marks of an axis stand and what is written at them: round numbers in the unit of the values, round times in UTC. Pure. */

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const VALUE_TICKS_MAX = 5;
const TIME_TICKS_MAX = 7;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 30, 60, 120].map((days) => days * DAY),
];

type Scale = readonly [factor: number, suffix: string];
const decimal: readonly Scale[] = [
  [1, ''],
  [1e3, 'k'],
  [1e6, 'M'],
  [1e9, 'G'],
  [1e12, 'T'],
];
const scales: Readonly<Record<string, readonly Scale[]>> = {
  bytes: ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'].map((prefix, power): Scale => [1_024 ** power, ` ${prefix}B`]),
  seconds: [
    [1, ' s'],
    [60, ' min'],
    [3_600, ' h'],
    [86_400, ' d'],
  ],
  percent: [[1, '%']],
};

/** Marks from at or below `min` to at or above `max`; the first and last bound the axis. */
export function valueTicks(min: number, max: number, unit: string): readonly Tick[] {
  const units = scales[unit] ?? decimal;
  const top = Math.max(Math.abs(min), Math.abs(max));
  // A unit of which there are two: 90 s are 90 s and not 1.5 min.
  const [factor, suffix] = [...units].reverse().find(([size]) => top >= size * 2) ?? units[0] ?? [1, ''];
  const [low, high] = [min / factor, max / factor];
  const step = roundStep((high - low || VALUE_TICKS_MAX - 1) / (VALUE_TICKS_MAX - 1));
  const [first, last] = [Math.floor(low / step + 1e-9), Math.max(Math.ceil(high / step - 1e-9), 1)];
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = Number(((first + index) * step).toPrecision(12));
    return { at: value * factor, label: value === 0 ? '0' : `${String(value)}${suffix}` };
  });
}

/** 1, 2, 2.5 or 5 times a power of ten, not below `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5].find((step) => step * power >= rough * (1 - 1e-9)) ?? 10) * power;
}

export function timeTicks(fromMs: number, toMs: number): readonly Tick[] {
  const range = Math.max(toMs - fromMs, 1);
  const step = timeSteps.find((each) => range / each <= TIME_TICKS_MAX - 1) ?? 365 * DAY;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs && ticks.length < TIME_TICKS_MAX; at += step) {
    const iso = new Date(at).toISOString();
    ticks.push({ at, label: step >= DAY ? iso.slice(5, 10) : iso.slice(11, 16) });
  }
  return ticks;
}
