'use client';

/**
 * The window all charts of a page share, kept in the URL, and the moment that is hovered in any of them.
 *
 * A window that ends now moves with the rounds and stands still while the reader holds the screen. A drag zooms all charts;
 * a double click goes back to where the drag began. What the page is about decides which changes are marked in its charts.
 */
import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { useSearchParams } from 'next/navigation';
import type { AskedWindow } from '../data/use-history';
import { useLive } from '../data/live-provider';
import { replaceSearch, useUrlParameter } from '../tables/url-state';
import { useNow } from '../ui/time';
import type { ChangesAbout } from './change-marks';
import {
  parseRange,
  rangeParameters,
  stepMsOf,
  windowOf,
  zoomTo,
  type RangeName,
  type TimeRange,
} from './time-range';

export interface HoverStore {
  readonly get: () => number | null;
  readonly set: (atMs: number | null) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

function createHoverStore(): HoverStore {
  let hovered: number | null = null;
  const listeners = new Set<() => void>();
  return {
    get: () => hovered,
    set: (atMs) => {
      if (hovered === atMs) return;
      hovered = atMs;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What hands do in charts. It stays the same while the window moves, so that who knows only this is not drawn again each time. */
interface ChartPointing {
  readonly hover: HoverStore;
  readonly zoom: (firstMs: number, secondMs: number) => void;
  readonly back: () => void;
}

interface ChartRange extends ChartPointing {
  readonly range: TimeRange;
  readonly window: AskedWindow;
  /** Where the window ends, or now when that is earlier: nothing is known of what is to come. */
  readonly knownToMs: number;
  readonly nowMs: number;
  readonly setRange: (range: TimeRange) => void;
  /** Whose changes are marked; null: nobody's. */
  readonly about: ChangesAbout | null;
  readonly marked: boolean;
  readonly setMarked: (marked: boolean) => void;
}

const RangeContext = createContext<ChartRange | null>(null);
const PointingContext = createContext<ChartPointing | null>(null);

export function useChartRange(): ChartRange {
  const range = use(RangeContext);
  if (range === null) throw new Error('useChartRange outside ChartRangeProvider');
  return range;
}

export function useChartPointing(): ChartPointing {
  const pointing = use(PointingContext);
  if (pointing === null) throw new Error('useChartPointing outside ChartRangeProvider');
  return pointing;
}

function useMovingNow(range: TimeRange): number {
  const { state } = useLive();
  const now = useNow();
  const stepMs = stepMsOf(windowOf(range, now));
  const stepped = Math.floor(now / stepMs) * stepMs;
  const [held, setHeld] = useState<number | null>(null);
  if (state.paused && held === null) setHeld(stepped);
  if (!state.paused && held !== null) setHeld(null);
  return held ?? stepped;
}

interface ChartRangeProviderProps {
  fallback: RangeName;
  /** Has to be stable between renders. */
  about?: ChangesAbout | undefined;
  children: ReactNode;
}

export function ChartRangeProvider({ fallback, about, children }: ChartRangeProviderProps) {
  const search = useSearchParams();
  const [hover] = useState(createHoverStore);
  const before = useRef<TimeRange[]>([]);
  const range = useMemo(() => parseRange(new URLSearchParams(search), fallback), [search, fallback]);
  const nowMs = useMovingNow(range);

  const [marks, setMarks] = useUrlParameter('changes', 'on');

  const setRange = useCallback(
    (next: TimeRange) => replaceSearch(rangeParameters(next, fallback)),
    [fallback],
  );
  const pointing = useMemo<ChartPointing>(
    () => ({
      hover,
      zoom: (firstMs, secondMs) => {
        const next = zoomTo(firstMs, secondMs);
        if (next === null) return;
        before.current.push(range);
        setRange(next);
      },
      back: () => {
        const previous = before.current.pop();
        if (previous !== undefined) setRange(previous);
        else if (range.name === 'custom') setRange({ name: fallback });
      },
    }),
    [fallback, hover, range, setRange],
  );
  const value = useMemo<ChartRange>(() => {
    const { fromMs, toMs, moving } = windowOf(range, nowMs);
    const key = range.name === 'custom' ? `${fromMs}-${toMs}` : range.name;
    return {
      ...pointing,
      range,
      window: {
        fromMs,
        toMs,
        moving,
        key,
        current: () => windowOf(range, Date.now()),
      },
      knownToMs: Math.min(toMs, nowMs),
      nowMs,
      about: about ?? null,
      marked: marks !== 'off',
      setMarked: (marked) => setMarks(marked ? 'on' : 'off'),
      setRange: (next) => {
        before.current = [];
        setRange(next);
      },
    };
  }, [about, marks, nowMs, pointing, range, setMarks, setRange]);
  return (
    <RangeContext value={value}>
      <PointingContext value={pointing}>{children}</PointingContext>
    </RangeContext>
  );
}
