/**
 * When the end of a partition passed an offset: per partition a table of (end offset, time), out of which "how old is the
 * record at this offset" is answered.
 *
 * - Points are by time, not by number: the table reaches back over a day at one reading each ten seconds. Older points are
 *   thinned: two neighbours lie at most a round, or a sixth of their age apart (a third from an hour on). As the true moment
 *   lies between the neighbours, that width is the bound of the error.
 * - A stretch on which the end stood still is two points, however long it is. What comes after it arrived after its RIGHT end.
 * - An offset older than the table is answered with the table's first time and `atLeast`: nothing is ever extrapolated.
 * - What arrived while nothing was read (a gap) arrived at the latest at its end: that, and `atLeast`, until the gap is within the
 *   bound of the error.
 * - An end that went back (records were cut off) cuts the table; offsets in it only ever grow.
 *
 * Compact: 617 bytes per partition in blocks, no object per point. Offsets are kept as how far they lie beyond the partition's base;
 * of a partition that takes more than 2^32 records while its table lasts, the oldest points are dropped.
 */
const POINTS = 76;
/** Points to be free after thinning, so that it happens once in so many rounds. */
const SPARE = 8;
const BLOCK_SLOTS = 256;
/** Times are kept as whole ticks since the first reading: good for six years. */
const TICK_MS = 50;
/** Longer than that between two readings is a gap. */
const GAP_MS = 60_000;
const DENSE_AGE_TICKS = 3_600_000 / TICK_MS;
const DENSE_SHARE = 1 / 6;
const SPARSE_SHARE = 1 / 3;

/** So far may an offset lie beyond its base. */
const SPAN = 2 ** 32 - 1;

interface Block {
  readonly bases: Float64Array;
  /** Beyond the base. */
  readonly offsets: Uint32Array;
  readonly ticks: Uint32Array;
  readonly counts: Uint8Array;
}

const kept = new Uint8Array(POINTS);

export class EndHistories {
  readonly #blocks: Block[] = [];
  readonly #gapTicks: number;
  #originMs: number | null = null;
  /** Of the last `arrivalOf`: the answer is a floor, the record is at least so old. */
  isFloor = false;

  constructor(gapMs = GAP_MS) {
    this.#gapTicks = Math.max(gapMs, GAP_MS) / TICK_MS;
  }

  clear(slot: number): void {
    this.#block(slot).counts[slot % BLOCK_SLOTS] = 0;
  }

  /** A reading. Times do not go back; a second one within a tick is passed over. */
  add(slot: number, endOffset: number, atMs: number): void {
    this.#originMs ??= atMs;
    const block = this.#block(slot);
    const { bases, offsets, ticks, counts } = block;
    const index = slot % BLOCK_SLOTS;
    const first = index * POINTS;
    const tick = Math.max(0, Math.round((atMs - this.#originMs) / TICK_MS));
    let count = counts[index] ?? 0;
    let beyond = endOffset - (bases[index] ?? 0);
    while (count > 0 && (offsets[first + count - 1] ?? 0) > beyond) count--;
    counts[index] = count;
    if (count > 0 && tick <= (ticks[first + count - 1] ?? 0)) return;
    const stands =
      count > 1 && offsets[first + count - 1] === beyond && offsets[first + count - 2] === beyond;
    if (stands) {
      ticks[first + count - 1] = tick;
      return;
    }
    if (count === POINTS) count = thin(offsets, ticks, first);
    if (count === 0 || beyond > SPAN) {
      count = moveBase(block, index, count, endOffset);
      beyond = endOffset - (bases[index] ?? 0);
    }
    offsets[first + count] = beyond;
    ticks[first + count] = tick;
    counts[index] = count + 1;
  }

  /**
   * When the record at `offset` arrived, in the times that were added; null where nothing is known or the end has not passed it.
   * `isFloor` tells whether it is older than that.
   */
  arrivalOf(slot: number, offset: number): number | null {
    this.isFloor = false;
    const { bases, offsets, ticks, counts } = this.#block(slot);
    const index = slot % BLOCK_SLOTS;
    const first = index * POINTS;
    const count = counts[index] ?? 0;
    const beyond = offset - (bases[index] ?? 0);
    const last = first + count - 1;
    if (count === 0 || (offsets[last] ?? 0) <= beyond) return null;
    let right = last;
    while (right > first && (offsets[right - 1] ?? 0) > beyond) right--;
    if (right === first) {
      this.isFloor = true;
      return this.#timeOf(ticks[first] ?? 0);
    }
    const from = offsets[right - 1] ?? 0;
    const fromTick = ticks[right - 1] ?? 0;
    const rightTick = ticks[right] ?? 0;
    const age = (ticks[last] ?? 0) - rightTick;
    if (rightTick - fromTick > Math.max(this.#gapTicks, SPARSE_SHARE * age)) {
      this.isFloor = true;
      return this.#timeOf(rightTick);
    }
    // Of n records that arrived between two readings, the k-th is expected at k/(n+1) of the time.
    const share = (beyond - from + 1) / ((offsets[right] ?? 0) - from + 1);
    return this.#timeOf(fromTick + share * (rightTick - fromTick));
  }

  /** The end at a time that lies in the table, else the nearest one that is known; null where nothing is. */
  endAt(slot: number, atMs: number): number | null {
    const { bases, offsets, ticks, counts } = this.#block(slot);
    const index = slot % BLOCK_SLOTS;
    const first = index * POINTS;
    const count = counts[index] ?? 0;
    if (count === 0 || this.#originMs === null) return null;
    const tick = (atMs - this.#originMs) / TICK_MS;
    const base = bases[index] ?? 0;
    let left = first + count - 1;
    if (tick >= (ticks[left] ?? 0)) return base + (offsets[left] ?? 0);
    while (left > first && (ticks[left] ?? 0) > tick) left--;
    const [from, fromTick] = [base + (offsets[left] ?? 0), ticks[left] ?? 0];
    if (fromTick >= tick) return from;
    const share = (tick - fromTick) / ((ticks[left + 1] ?? 0) - fromTick);
    return from + share * (base + (offsets[left + 1] ?? 0) - from);
  }

  /** Time of the oldest point; null without one. */
  since(slot: number): number | null {
    const { ticks, counts } = this.#block(slot);
    const index = slot % BLOCK_SLOTS;
    return (counts[index] ?? 0) === 0 ? null : this.#timeOf(ticks[index * POINTS] ?? 0);
  }

  /** The table as it is: for tests of the stated bound. */
  points(slot: number): { offset: number; atMs: number }[] {
    const { bases, offsets, ticks, counts } = this.#block(slot);
    const index = slot % BLOCK_SLOTS;
    return Array.from({ length: counts[index] ?? 0 }, (_, point) => ({
      offset: (bases[index] ?? 0) + (offsets[index * POINTS + point] ?? 0),
      atMs: this.#timeOf(ticks[index * POINTS + point] ?? 0),
    }));
  }

  #timeOf(tick: number): number {
    return (this.#originMs ?? 0) + tick * TICK_MS;
  }

  #block(slot: number): Block {
    const index = Math.floor(slot / BLOCK_SLOTS);
    for (let next = this.#blocks.length; next <= index; next++) this.#blocks.push(newBlock());
    return this.#blocks[index] ?? newBlock();
  }
}

function newBlock(): Block {
  return {
    bases: new Float64Array(BLOCK_SLOTS),
    offsets: new Uint32Array(BLOCK_SLOTS * POINTS),
    ticks: new Uint32Array(BLOCK_SLOTS * POINTS),
    counts: new Uint8Array(BLOCK_SLOTS),
  };
}

/** The base becomes the oldest point from which the new end is in reach; older ones go. Answers how many points are left. */
function moveBase({ bases, offsets, ticks }: Block, index: number, count: number, endOffset: number): number {
  const before = bases[index] ?? 0;
  const first = index * POINTS;
  let gone = 0;
  while (gone < count && endOffset - before - (offsets[first + gone] ?? 0) > SPAN) gone++;
  const shift = gone < count ? (offsets[first + gone] ?? 0) : endOffset - before;
  for (let point = gone; point < count; point++) {
    offsets[first + point - gone] = (offsets[first + point] ?? 0) - shift;
    ticks[first + point - gone] = ticks[first + point] ?? 0;
  }
  bases[index] = before + shift;
  return count - gone;
}

/** Drops what is not needed for the bound, then the oldest until there is room. Answers how many points are left. */
function thin(offsets: Uint32Array, ticks: Uint32Array, base: number): number {
  const newest = ticks[base + POINTS - 1] ?? 0;
  kept.fill(0);
  kept[POINTS - 1] = 1;
  kept[0] = 1;
  let newer = newest;
  let count = 2;
  for (let point = POINTS - 2; point > 0; point--) {
    const age = newest - newer;
    const share = age < DENSE_AGE_TICKS ? DENSE_SHARE : SPARSE_SHARE;
    if (newer - (ticks[base + point - 1] ?? 0) <= share * age) continue;
    kept[point] = 1;
    newer = ticks[base + point] ?? 0;
    count++;
  }
  let surplus = count - (POINTS - SPARE);
  let next = base;
  for (let point = 0; point < POINTS; point++) {
    if (kept[point] === 0 || surplus-- > 0) continue;
    offsets[next] = offsets[base + point] ?? 0;
    ticks[next] = ticks[base + point] ?? 0;
    next++;
  }
  return next - base;
}
