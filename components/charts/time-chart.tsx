'use client';

/**
 * The one chart over time. It owns no fetching: data, window and states come in. recharts draws the lines
 * (chart-lines); the axes' words come from chart-domain, the interaction from chart-overlay, so that hovering never redraws a line.
 *
 * Every state (loading, empty, error) has the height of the drawn one: nothing jumps.
 */
import { lazy, Suspense, useEffect, useMemo, type ReactNode, type Ref } from 'react';
import { useLocale } from 'next-intl';
import type { QuantityKind } from '../format/quantity';
import { chartRows, largest, MOST_SERIES, valueExtent, type ChartSeries } from './chart-data';
import { useChartSummary } from './chart-summary';
import { currentFrom, timeTicks, valueAxis } from './chart-domain';
import { ChartFrame, ChartHead, ChartMessage } from './chart-frame';
import { ChartOverlay, type PlotArea } from './chart-overlay';
import { EndLabels, Legend } from './chart-labels';
import { useChartRange } from './chart-range';
import { AXIS_HEIGHT, AXIS_WIDTH, HEIGHT, TOP } from './chart-sizes';
import { useWidth } from './use-width';

const loadLines = async () => ({ default: (await import('./chart-lines')).ChartLines });
const ChartLines = lazy(loadLines);

const GUTTER = 164;
/** One line needs no name beside the chart's title, only its value. */
const GUTTER_ONE = 92;
const NARROW = 520;
/** Above this many lines names at their ends would be a wall of text. */
const MOST_END_LABELS = 6;
const TICK_EVERY_PX = 76;
const LATE_MS = 15_000;

export interface TimeChartProps {
  /** Of its figure, so that it can be told whether it is in view. */
  place: Ref<HTMLElement>;
  /** Out of view its place is kept, and nothing is drawn in it. */
  isDrawn: boolean;
  title: string;
  /** Of the title; h3 where the chart is one of a section's. */
  heading?: 'h2' | 'h3' | undefined;
  kind: QuantityKind;
  /** What is counted: "records". */
  noun?: string | undefined;
  series: readonly ChartSeries[];
  /** How many lines there are; more than `series` where only the first of them were asked for. */
  total?: number | undefined;
  resolutionMs: number;
  /** Where what the lines can say ends. */
  knownToMs: number;
  /** The lines are groups. */
  showsGroups: boolean;
  state: 'loading' | 'error' | 'ready';
  onRetry?: (() => void) | undefined;
  /** Said when there is nothing in the window. */
  empty?: string | undefined;
  /** What can be done about what the chart shows, beside its title. */
  action?: ReactNode;
}

function useDrawing(props: TimeChartProps, width: number) {
  const { window: shown } = useChartRange();
  const { fromMs, toMs } = shown;
  const drawn = useMemo(() => largest(props.series, MOST_SERIES), [props.series]);
  const narrow = width < NARROW;
  const endLabels = !narrow && drawn.length > 0 && drawn.length <= MOST_END_LABELS;
  const gutter = drawn.length === 1 ? GUTTER_ONE : GUTTER;
  const plot: PlotArea = {
    left: AXIS_WIDTH,
    top: TOP,
    width: Math.max(1, width - AXIS_WIDTH - (endLabels ? gutter : 8)),
    height: HEIGHT - TOP - AXIS_HEIGHT,
  };
  // The newest points may lie a moment after the window's end, which moves in steps; they are drawn, so they count.
  const lateMs = toMs + Math.max(LATE_MS, props.resolutionMs * 2);
  const [low, high] = useMemo(() => valueExtent(drawn, fromMs, lateMs), [drawn, fromMs, lateMs]);
  const locale = useLocale();
  const axis = useMemo(() => valueAxis(props.kind, low, high, locale), [props.kind, low, high, locale]);
  const rows = useMemo(() => chartRows(drawn, props.resolutionMs), [drawn, props.resolutionMs]);
  const ticks = useMemo(() => {
    const offsetMs = -new Date(toMs).getTimezoneOffset() * 60_000;
    return timeTicks(fromMs, toMs, Math.max(2, Math.floor(plot.width / TICK_EVERY_PX)), offsetMs);
  }, [fromMs, toMs, plot.width]);
  const currentFromMs = currentFrom(props.knownToMs, props.resolutionMs);
  return { drawn, narrow, endLabels, gutter, plot, axis, rows, ticks, fromMs, toMs, currentFromMs };
}

export function TimeChart(props: TimeChartProps) {
  const [measure, width] = useWidth();
  // While the values are on their way, so is what draws them.
  useEffect(() => void loadLines(), []);
  const drawing = useDrawing(props, width);
  const { drawn, axis, endLabels, narrow, currentFromMs } = drawing;
  const summary = useChartSummary(props.kind, currentFromMs);
  const hasPoints = drawn.some((one) => one.points.some((point) => point[1] !== null));
  const ready = props.state === 'ready' && hasPoints;
  return (
    <ChartFrame place={props.place} label={ready ? summary(props.title, drawn) : props.title}>
      <ChartHead
        title={props.title}
        heading={props.heading}
        unit={ready ? `${props.noun ?? ''}${axis.unit}` : (props.noun ?? '')}
        shown={drawn.length}
        total={props.total ?? props.series.length}
        action={ready ? props.action : undefined}
      />
      <div ref={measure} className="relative" style={{ height: HEIGHT }}>
        {width === 0 || (ready && !props.isDrawn) ? null : ready ? (
          <>
            <div aria-hidden>
              <Suspense fallback={<div aria-busy />}>
                <ChartLines drawing={drawing} width={width} />
              </Suspense>
            </div>
            {endLabels ? (
              <EndLabels
                series={drawn}
                kind={props.kind}
                currentFromMs={currentFromMs}
                plot={drawing.plot}
                axis={axis}
                gutter={drawing.gutter}
              />
            ) : null}
            <ChartOverlay
              title={props.title}
              kind={props.kind}
              series={drawn}
              plot={drawing.plot}
              axis={axis}
              resolutionMs={props.resolutionMs}
              knownToMs={props.knownToMs}
              showsGroups={props.showsGroups}
            />
          </>
        ) : (
          <ChartMessage state={props.state} empty={props.empty} onRetry={props.onRetry} />
        )}
      </div>
      {ready && !endLabels && (drawn.length > 1 || narrow) ? (
        <Legend series={drawn} kind={props.kind} currentFromMs={currentFromMs} />
      ) : null}
    </ChartFrame>
  );
}
