/**
 * The stretch of time a page's charts show, as it stands in the URL. PURE.
 *
 * `?range=15m|1h|6h|today|yesterday|3d|7d` moves with the clock; `?range=custom&from=MS&to=MS` stands still. Days are
 * the reader's own. Anything unreadable falls back to the default instead of an empty page.
 */

export const RANGE_NAMES = ['15m', '1h', '6h', 'today', 'yesterday', '3d', '7d'] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

export type TimeRange =
  { readonly name: RangeName } | { readonly name: 'custom'; readonly fromMs: number; readonly toMs: number };

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether its end is now, so that it moves with each round. */
  readonly moving: boolean;
}

const HOUR = 3_600_000;
const SHORTEST_MS = 10_000;

const isName = (text: string | null): text is RangeName => RANGE_NAMES.some((name) => name === text);

export function parseRange(search: URLSearchParams, fallback: RangeName): TimeRange {
  const name = search.get('range');
  if (isName(name)) return { name };
  if (name === 'custom') {
    const fromMs = Number(search.get('from') ?? Number.NaN);
    const toMs = Number(search.get('to') ?? Number.NaN);
    if (Number.isFinite(fromMs) && Number.isFinite(toMs) && fromMs >= 0 && toMs - fromMs >= SHORTEST_MS) {
      return { name: 'custom', fromMs: Math.round(fromMs), toMs: Math.round(toMs) };
    }
  }
  return { name: fallback };
}

/** The search parameters of a range; the default one needs none. */
export function rangeParameters(range: TimeRange, fallback: RangeName): Record<string, string | null> {
  if (range.name === 'custom') {
    return { range: 'custom', from: String(range.fromMs), to: String(range.toMs) };
  }
  return { range: range.name === fallback ? null : range.name, from: null, to: null };
}

function midnight(nowMs: number, daysBack: number): number {
  const date = new Date(nowMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBack).getTime();
}

/** The window of a range at a moment. Today runs from midnight to now, not into an empty evening. */
export function windowOf(range: TimeRange, nowMs: number): TimeWindow {
  switch (range.name) {
    case 'custom':
      return { fromMs: range.fromMs, toMs: range.toMs, moving: false };
    case '15m':
      return { fromMs: nowMs - HOUR / 4, toMs: nowMs, moving: true };
    case '1h':
      return { fromMs: nowMs - HOUR, toMs: nowMs, moving: true };
    case '6h':
      return { fromMs: nowMs - 6 * HOUR, toMs: nowMs, moving: true };
    case 'today':
      return { fromMs: Math.min(midnight(nowMs, 0), nowMs - SHORTEST_MS), toMs: nowMs, moving: true };
    case 'yesterday':
      return { fromMs: midnight(nowMs, 1), toMs: midnight(nowMs, 0), moving: false };
    case '3d':
      return { fromMs: midnight(nowMs, 2), toMs: nowMs, moving: true };
    case '7d':
      return { fromMs: midnight(nowMs, 6), toMs: nowMs, moving: true };
  }
}

/** From the longest; the last is a round. */
const STEPS_MS = [300_000, 60_000, 20_000, 10_000] as const;
/** About twice as many as a chart has pixels. */
const STEPS_OF_WINDOW = 1_200;

/** How far a moving window goes at once: as a round brings something to see, and in a long one as far as can be seen, for each step is drawn anew. */
export function stepMsOf({ fromMs, toMs }: Pick<TimeWindow, 'fromMs' | 'toMs'>): number {
  return STEPS_MS.find((stepMs) => stepMs * STEPS_OF_WINDOW <= toMs - fromMs) ?? STEPS_MS[3];
}

/** A dragged stretch as a custom range, or null when it is too short to mean it. */
export function zoomTo(firstMs: number, secondMs: number): TimeRange | null {
  const fromMs = Math.floor(Math.min(firstMs, secondMs) / 1000) * 1000;
  const toMs = Math.ceil(Math.max(firstMs, secondMs) / 1000) * 1000;
  return toMs - fromMs < SHORTEST_MS ? null : { name: 'custom', fromMs, toMs };
}
