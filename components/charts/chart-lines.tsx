'use client';

/**
 * The lines of a chart over time with their axes, drawn by recharts: a good third of all script of a page with charts. It comes on its own, while the
 * page can already be read and used, and is asked for by time-chart alone.
 */
import { useMemo } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Curve,
  Line,
  ReferenceLine,
  XAxis,
  YAxis,
  type CurveProps,
} from 'recharts';
import { useLocale } from 'next-intl';
import type { Locale } from '../../messages/locales';
import { formatClock, formatDay } from '../format/duration';
import { chartRows, lonelyPoints, type ChartRow } from './chart-data';
import type { TimeTick } from './chart-domain';
import type { Drawing } from './chart-drawing';
import { AXIS_HEIGHT, AXIS_WIDTH, HEIGHT, TOP } from './chart-sizes';

function tickWords(tick: TimeTick, locale: Locale): string {
  return tick.unit === 'day' ? formatDay(tick.atMs, locale) : formatClock(tick.atMs, tick.unit === 'second');
}

/**
 * A dot for each value without a neighbour. Not recharts' own dots: it makes something for each point of each line, which for twenty charts took
 * longer than all else together, to draw nothing almost everywhere.
 */
function LonelyDots({ drawing, rows }: { drawing: Drawing; rows: readonly ChartRow[] }) {
  const { drawn, axis, plot, width, fromMs, toMs } = drawing;
  const dots = useMemo(() => lonelyPoints(rows, drawn.length), [rows, drawn]);
  const shown = dots.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  if (shown.length === 0) return null;
  return (
    <svg width={width} height={HEIGHT} className="pointer-events-none absolute inset-0">
      {shown.map(({ index, atMs, value }) => (
        <circle
          key={`${index} ${atMs}`}
          cx={plot.left + ((atMs - fromMs) / (toMs - fromMs)) * plot.width}
          cy={plot.top + plot.height * (1 - (value - axis.min) / (axis.max - axis.min))}
          r={1.75}
          fill={drawn[index]?.colour}
        />
      ))}
    </svg>
  );
}

/**
 * Not recharts' own, which measures how long each line is whenever it is drawn, for an animation that there is not: to do so the browser lays out
 * the whole page.
 */
function stillCurve({ pathRef: _, ...props }: CurveProps) {
  return <Curve {...props} />;
}

export function ChartLines({ drawing }: { drawing: Drawing }) {
  const { drawn, axis, ticks, plot, width, fromMs, toMs, resolutionMs } = drawing;
  const rows = useMemo(() => chartRows(drawn, resolutionMs), [drawn, resolutionMs]);
  const filled = drawn.length <= 2;
  const locale = useLocale();
  const byTime = new Map(ticks.map((tick) => [tick.atMs, tick]));
  return (
    <>
      <ComposedChart
        accessibilityLayer={false}
        width={width}
        height={HEIGHT}
        data={rows}
        margin={{ top: TOP, right: width - plot.left - plot.width, bottom: 0, left: 0 }}
        className="text-xs tnum"
      >
        <CartesianGrid vertical={false} stroke="var(--grid-line)" />
        <XAxis
          dataKey="t"
          type="number"
          scale="linear"
          domain={[fromMs, toMs]}
          allowDataOverflow
          ticks={ticks.map((tick) => tick.atMs)}
          tickFormatter={(atMs: number) => tickWords(byTime.get(atMs) ?? { atMs, unit: 'minute' }, locale)}
          interval={0}
          height={AXIS_HEIGHT}
          tickMargin={8}
          tickSize={4}
          axisLine={{ stroke: 'var(--n7)' }}
          tickLine={{ stroke: 'var(--n7)' }}
          tick={{ fill: 'var(--n10)', fontSize: 12 }}
        />
        <YAxis
          type="number"
          domain={[axis.min, axis.max]}
          allowDataOverflow
          ticks={[...axis.ticks]}
          tickFormatter={axis.label}
          interval={0}
          width={AXIS_WIDTH}
          axisLine={false}
          tickLine={false}
          tickMargin={6}
          tick={{ fill: 'var(--n10)', fontSize: 12 }}
        />
        {axis.min < 0 ? <ReferenceLine y={0} stroke="var(--n7)" /> : null}
        {drawn.map((one, index) =>
          filled ? (
            <Area
              key={one.key}
              dataKey={`s${index}`}
              type="linear"
              stroke={one.colour}
              strokeWidth={1.5}
              fill={one.colour}
              fillOpacity={0.07}
              baseValue={0}
              dot={false}
              activeDot={false}
              connectNulls={false}
              isAnimationActive={false}
            />
          ) : (
            <Line
              key={one.key}
              dataKey={`s${index}`}
              type="linear"
              stroke={one.colour}
              strokeWidth={1.5}
              shape={stillCurve}
              dot={false}
              activeDot={false}
              connectNulls={false}
              isAnimationActive={false}
            />
          ),
        )}
      </ComposedChart>
      <LonelyDots drawing={drawing} rows={rows} />
    </>
  );
}
