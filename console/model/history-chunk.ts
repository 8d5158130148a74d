/**
 * A chunk: the points of one line over a fixed stretch of time, as the text of a JSON array of numbers. History is kept in these,
 * because a row per point costs ten times as much and most lines hardly move.
 *
 * What does not change takes one entry however long it lasts (`repeat`), what was not measured takes a number (`skipped`), so
 * "the same value" and "no value" never look alike. Nothing outside the chunk is needed to read it.
 *
 *   raw values  [1, firstOffsetMs, unitMs, d,  skipped, repeat, value, ...]
 *   roll-ups    [2, firstOffsetMs, unitMs, d,  skipped, repeat, count, min, max, last, sum, ...]
 *   migrated    [[atMs, min, max, sum, count, last], ...]      as an older version kept them, one row each
 *
 * Entry times are firstOffsetMs and then a unit further each, after `skipped` units. With d = 1 all values are whole and smaller
 * than 2^43: `value` and `min` are then told as the difference to the entry before, count too, max and last as what is above
 * min, sum as what is above min * count. With d = 0 all are told as they are.
 */

import { NumberList } from './number-list.ts';

/** What a line did from `atMs` on for one resolution. A raw value is a bucket of one. */
export interface Bucket {
  readonly atMs: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** Measurements behind it, at least 1. */
  readonly count: number;
  readonly last: number;
}

export type OpenBucket = { -readonly [Field in keyof Bucket]: Bucket[Field] };

const VALUES = 1;
const BUCKETS = 2;
/** So that all sums of a chunk stay exact. */
const WHOLE_MAX = 2 ** 43;
const isWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= WHOLE_MAX;

export function bucketOf(atMs: number, value: number): Bucket {
  return { atMs, min: value, max: value, sum: value, count: 1, last: value };
}

/** A run as points by themselves. */
export function pushRun(points: Bucket[], run: Bucket, unitMs: number, repeat: number): void {
  for (let turn = 0; turn <= repeat; turn++) points.push({ ...run, atMs: run.atMs + turn * unitMs });
}

/** Coarser buckets out of finer ones, in the order of time. A bucket without a measurement is not there. */
export function rollUp(points: readonly Bucket[], widthMs: number): Bucket[] {
  const coarse: Bucket[] = [];
  for (const { atMs, min, max, sum, count, last } of points) {
    const startMs = Math.floor(atMs / widthMs) * widthMs;
    const open = coarse.at(-1);
    if (open?.atMs !== startMs) coarse.push({ atMs: startMs, min, max, sum, count, last });
    else {
      coarse[coarse.length - 1] = {
        atMs: startMs,
        min: Math.min(open.min, min),
        max: Math.max(open.max, max),
        sum: open.sum + sum,
        count: open.count + count,
        last,
      };
    }
  }
  return coarse;
}

/** Raw values, in the order of time, none before `startMs`. */
export function encodeValues(points: readonly Bucket[], startMs: number): string {
  return encode(points, startMs, VALUES);
}

/** Roll-ups, in the order of time, none before `startMs`. */
export function encodeBuckets(points: readonly Bucket[], startMs: number): string {
  return encode(points, startMs, BUCKETS);
}

/** The highest value in points; null where there are none. */
export function peakOf(points: readonly Bucket[]): number | null {
  let peak: number | null = null;
  for (const { max } of points) if (peak === null || max > peak) peak = max;
  return peak;
}

function encode(points: readonly Bucket[], startMs: number, kind: number): string {
  const firstMs = points[0]?.atMs ?? startMs;
  const unitMs = commonUnit(points);
  const isDelta = points.every(({ min, max, last, sum }) => [min, max, last, sum].every(isWhole));
  const numbers: number[] = [kind, firstMs - startMs, unitMs, isDelta ? 1 : 0];
  let expected = 0;
  let before: Bucket | null = null;
  for (let index = 0; index < points.length;) {
    const point = points[index];
    if (point === undefined) break;
    const slot = (point.atMs - firstMs) / unitMs;
    const repeat = repeatsAt(points, index, unitMs);
    numbers.push(slot - expected, repeat, ...told(point, kind, isDelta ? before : undefined));
    before = point;
    expected = slot + repeat + 1;
    index += repeat + 1;
  }
  return JSON.stringify(numbers);
}

/** `before` undefined: as they are; null: as differences, of the first entry. */
function told(point: Bucket, kind: number, before: Bucket | null | undefined): number[] {
  const { min, max, sum, count, last } = point;
  if (kind === VALUES) return [before === undefined ? last : last - (before?.last ?? 0)];
  if (before === undefined) return [count, min, max, last, tidy(sum)];
  return [count - (before?.count ?? 0), min - (before?.min ?? 0), max - min, last - min, sum - min * count];
}

/** Sums of fractions end in the noise of binary fractions, which would be most of the text. */
function tidy(sum: number): number {
  const rounded = Math.round(sum * 1e6) / 1e6;
  return Math.abs(sum) < 1e9 ? rounded : sum;
}

function repeatsAt(points: readonly Bucket[], from: number, unitMs: number): number {
  const first = points[from];
  if (first === undefined) return 0;
  let repeat = 0;
  for (;;) {
    const next = points[from + repeat + 1];
    if (next?.atMs !== first.atMs + (repeat + 1) * unitMs) return repeat;
    const isSame =
      next.min === first.min &&
      next.max === first.max &&
      next.sum === first.sum &&
      next.count === first.count &&
      next.last === first.last;
    if (!isSame) return repeat;
    repeat += 1;
  }
}

function commonUnit(points: readonly Bucket[]): number {
  let unit = 0;
  for (let index = 1; index < points.length; index++) {
    let rest = (points[index]?.atMs ?? 0) - (points[index - 1]?.atMs ?? 0);
    while (rest > 0) [unit, rest] = [rest, unit % rest];
  }
  return Math.max(1, unit);
}

/**
 * Equal points one behind the other: the first is at `atMs`, each of `repeat` further ones `unitMs` later. The bucket is the same
 * object for each run and holds until the visitor returns: a chart of many lines goes through a hundred thousand of them.
 */
export type RunVisitor = (run: Bucket, unitMs: number, repeat: number) => void;

/** The points of a chunk that begins at `startMs`, in the order of time. Throws on a text that is no chunk. */
export function decodeChunk(text: string, startMs: number): Bucket[] {
  const points: Bucket[] = [];
  visitRuns(text, startMs, (run, unitMs, repeat) => pushRun(points, run, unitMs, repeat));
  return points;
}

/** The same as runs, as they are in the chunk: a line that stays is told in one go. Throws on a text that is no chunk. */
export function visitRuns(text: string, startMs: number, visit: RunVisitor): void {
  if (text.startsWith('[[')) visitMigrated(text, visit);
  else visitNumbers(new NumberList(text, 0), startMs, visit);
}

/**
 * The runs of several chunks of a line, given as `[startMs,chunk],[startMs,chunk],...` in any order: one text for a line is read in
 * a fraction of the time that a row for each chunk takes. Visited in the order of time.
 */
export function visitJoined(text: string, visit: RunVisitor): void {
  for (const { startMs, from } of chunksIn(text)) {
    // Of a migrated one the end is looked for: it has further lists in it.
    if (text.startsWith('[[', from)) visitRuns(text.slice(from, endOfMigrated(text, from)), startMs, visit);
    else visitNumbers(new NumberList(text, from), startMs, visit);
  }
}

interface JoinedChunk {
  readonly startMs: number;
  /** Where its text begins. */
  readonly from: number;
}

function chunksIn(text: string): JoinedChunk[] {
  const chunks: JoinedChunk[] = [];
  for (let position = 0; position < text.length;) {
    const outer = new NumberList(text, position);
    const startMs = outer.next();
    const from = outer.position;
    const isMigrated = text.startsWith('[[', from);
    const endsAt = isMigrated ? endOfMigrated(text, from) : text.indexOf(']', from) + 1;
    if (endsAt === 0) throw new Error(`a chunk of history does not end: ${text.slice(from, from + 40)}`);
    chunks.push({ startMs, from });
    // A bracket and a comma.
    position = endsAt + 2;
  }
  return chunks.sort((a, b) => a.startMs - b.startMs);
}

/** Behind the brackets of its last row and its own. */
const endOfMigrated = (text: string, from: number): number => text.indexOf(']]', from) + 2;

function visitNumbers(list: NumberList, startMs: number, visit: RunVisitor): void {
  if (list.isOver) return;
  const kind = list.next();
  if (kind !== VALUES && kind !== BUCKETS)
    throw new Error(`a chunk of history of the unknown kind ${String(kind)}`);
  let atMs = startMs + list.next();
  const unitMs = list.next();
  const isDelta = list.next() === 1;
  let [min, count, last] = [0, 0, 0];
  const run: OpenBucket = bucketOf(atMs, 0);
  while (!list.isOver) {
    atMs += list.next() * unitMs;
    const repeat = list.next();
    if (kind === VALUES) {
      last = isDelta ? last + list.next() : list.next();
      run.min = run.max = run.sum = last;
    } else if (isDelta) {
      count += list.next();
      min += list.next();
      run.min = min;
      run.max = min + list.next();
      last = min + list.next();
      run.sum = min * count + list.next();
      run.count = count;
    } else {
      run.count = list.next();
      run.min = list.next();
      run.max = list.next();
      last = list.next();
      run.sum = list.next();
    }
    run.atMs = atMs;
    run.last = last;
    visit(run, unitMs, repeat);
    atMs += (repeat + 1) * unitMs;
  }
}

function visitMigrated(text: string, visit: RunVisitor): void {
  for (const [atMs = 0, min = 0, max = 0, sum = 0, count = 1, last = 0] of JSON.parse(text) as number[][])
    visit({ atMs, min, max, sum, count, last }, 0, 0);
}
