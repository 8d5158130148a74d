'use client';

/**
 * What there is to draw of a chart over time: its lines, axes and marks, where they stand, and the window they show. The same object as long as
 * nothing of it changed, so that who has it drawn needs no second look.
 */
import { useMemo } from 'react';
import { useLocale } from 'next-intl';
import type { QuantityKind } from '../format/quantity';
import type { MarkedChanges } from './change-marks-layer';
import { useChangeMarks } from './change-marks-layer';
import { largest, MOST_SERIES, valueExtent, type ChartSeries } from './chart-data';
import { currentFrom, timeTicks, valueAxis, type TimeTick, type ValueAxis } from './chart-domain';
import { useChartRange } from './chart-range';
import { AXIS_HEIGHT, AXIS_WIDTH, HEIGHT, TOP } from './chart-sizes';

const GUTTER = 164;
/** One line needs no name beside the chart's title, only its value. */
const GUTTER_ONE = 92;
const NARROW = 520;
/** Above this many lines names at their ends would be a wall of text. */
const MOST_END_LABELS = 6;
const TICK_EVERY_PX = 76;
const LATE_MS = 15_000;

/** In CSS pixels, within the chart. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  readonly title: string;
  readonly kind: QuantityKind;
  readonly drawn: readonly ChartSeries[];
  readonly axis: ValueAxis;
  readonly ticks: readonly TimeTick[];
  readonly marked: MarkedChanges;
  readonly width: number;
  readonly plot: PlotArea;
  /** Of the names at the ends of lines. */
  readonly gutter: number;
  readonly endLabels: boolean;
  readonly legend: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly resolutionMs: number;
  /** Where what the lines can say ends. */
  readonly knownToMs: number;
  /** From when on a last value is that of now. */
  readonly currentFromMs: number;
}

export const xIn = (
  { plot, fromMs, toMs }: Pick<Drawing, 'plot' | 'fromMs' | 'toMs'>,
  atMs: number,
): number => plot.left + ((atMs - fromMs) / (toMs - fromMs)) * plot.width;

export const yIn = ({ plot, axis }: Pick<Drawing, 'plot' | 'axis'>, value: number): number =>
  plot.top + plot.height * (1 - (value - axis.min) / (axis.max - axis.min));

export interface Drawable {
  readonly title: string;
  readonly kind: QuantityKind;
  readonly series: readonly ChartSeries[];
  readonly resolutionMs: number;
  readonly knownToMs: number;
  /** The lines are groups. */
  readonly showsGroups: boolean;
}

function usePlot(lines: number, width: number) {
  const narrow = width < NARROW;
  const endLabels = !narrow && lines > 0 && lines <= MOST_END_LABELS;
  const legend = !endLabels && (lines > 1 || narrow);
  const gutter = lines === 1 ? GUTTER_ONE : GUTTER;
  return useMemo(() => {
    const plot: PlotArea = {
      left: AXIS_WIDTH,
      top: TOP,
      width: Math.max(1, width - AXIS_WIDTH - (endLabels ? gutter : 8)),
      height: HEIGHT - TOP - AXIS_HEIGHT,
    };
    return { plot, endLabels, legend, gutter };
  }, [width, endLabels, legend, gutter]);
}

export function useDrawing(of: Drawable, width: number): Drawing {
  const { title, kind, series, resolutionMs, knownToMs, showsGroups } = of;
  const { fromMs, toMs } = useChartRange().window;
  const locale = useLocale();
  const drawn = useMemo(() => largest(series, MOST_SERIES), [series]);
  const placed = usePlot(drawn.length, width);
  const { plot } = placed;
  // The newest points may lie a moment after the window's end, which moves in steps; they are drawn, so they count.
  const lateMs = toMs + Math.max(LATE_MS, resolutionMs * 2);
  const [low, high] = useMemo(() => valueExtent(drawn, fromMs, lateMs), [drawn, fromMs, lateMs]);
  const axis = useMemo(() => valueAxis(kind, low, high, locale), [kind, low, high, locale]);
  const ticks = useMemo(() => {
    const offsetMs = -new Date(toMs).getTimezoneOffset() * 60_000;
    return timeTicks(fromMs, toMs, Math.max(2, Math.floor(plot.width / TICK_EVERY_PX)), offsetMs);
  }, [fromMs, toMs, plot.width]);
  const marked = useChangeMarks(drawn, showsGroups, plot.width);
  return useMemo(
    () => ({
      ...{ title, kind, drawn, axis, ticks, marked, width, ...placed },
      ...{ fromMs, toMs, resolutionMs, knownToMs, currentFromMs: currentFrom(knownToMs, resolutionMs) },
    }),
    [title, kind, drawn, axis, ticks, marked, width, placed, fromMs, toMs, resolutionMs, knownToMs],
  );
}
