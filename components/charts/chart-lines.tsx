'use client';

/**
 * The lines of a chart over time with their axes, on recharts' surface. Its charts and curves are not used: they would find out once more where
 * everything stands, which a Drawing says already, and are a third of the script of a page that may draw twenty of them.
 */
import { useId, useMemo } from 'react';
import { useLocale } from 'next-intl';
import { Surface } from 'recharts';
import type { Locale } from '../../messages/locales';
import { formatClock, formatDay } from '../format/duration';
import { lonelyPoints, type ChartSeries } from './chart-data';
import { withGaps, type TimeTick } from './chart-domain';
import { xIn, yIn, type Drawing } from './chart-drawing';
import { HEIGHT } from './chart-sizes';
import { areaPath, linePath } from './line-path';

/** Of the axes, in CSS pixels. */
const TICK = 4;
const VALUE_GAP = 12;
const TIME_GAP = 21;
/** Lines that run along the edge are seen in their full width. */
const EDGE = 2;
/** From a line of text's middle to where it stands. */
const TEXT_MIDDLE = '0.355em';

function tickWords(tick: TimeTick, locale: Locale): string {
  return tick.unit === 'day' ? formatDay(tick.atMs, locale) : formatClock(tick.atMs, tick.unit === 'second');
}

function ValueAxis({ of }: { of: Drawing }) {
  const { axis, plot } = of;
  return axis.ticks.map((value) => {
    const y = yIn(of, value);
    const isZero = value === 0 && axis.min < 0;
    return (
      <g key={value}>
        <line
          {...{ x1: plot.left, x2: plot.left + plot.width, y1: y, y2: y }}
          stroke={isZero ? 'var(--n7)' : 'var(--grid-line)'}
        />
        <text x={plot.left - VALUE_GAP} y={y} dy={TEXT_MIDDLE} textAnchor="end" fill="var(--n10)">
          {axis.label(value)}
        </text>
      </g>
    );
  });
}

function TimeAxis({ of }: { of: Drawing }) {
  const { plot, ticks } = of;
  const locale = useLocale();
  const y = plot.top + plot.height;
  return (
    <>
      <line {...{ x1: plot.left, x2: plot.left + plot.width, y1: y, y2: y }} stroke="var(--n7)" />
      {ticks.map((tick) => {
        const x = xIn(of, tick.atMs);
        return (
          <g key={tick.atMs}>
            <line {...{ x1: x, x2: x, y1: y, y2: y + TICK }} stroke="var(--n7)" />
            <text x={x} y={y + TIME_GAP} textAnchor="middle" fill="var(--n10)">
              {tickWords(tick, locale)}
            </text>
          </g>
        );
      })}
    </>
  );
}

interface SeriesLineProps {
  of: Drawing;
  series: ChartSeries;
  isFilled: boolean;
}

function SeriesLine({ of, series: { points, colour }, isFilled }: SeriesLineProps) {
  const { resolutionMs, fromMs, toMs } = of;
  const known = useMemo(() => withGaps(points, resolutionMs), [points, resolutionMs]);
  const scales = { x: (ms: number) => xIn(of, ms), y: (value: number) => yIn(of, value) };
  const lonely = lonelyPoints(known).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  return (
    <>
      {isFilled ? <path d={areaPath(known, scales, scales.y(0))} fill={colour} fillOpacity={0.07} /> : null}
      <path d={linePath(known, scales)} fill="none" stroke={colour} strokeWidth={1.5} />
      {lonely.map(({ atMs, value }) => (
        <circle key={atMs} cx={scales.x(atMs)} cy={scales.y(value)} r={1.75} fill={colour} />
      ))}
    </>
  );
}

export function ChartLines({ drawing }: { drawing: Drawing }) {
  const { drawn, plot, width } = drawing;
  const inside = useId();
  return (
    <Surface width={width} height={HEIGHT} className="overflow-visible text-xs tnum">
      <defs>
        <clipPath id={inside}>
          <rect
            {...{ x: plot.left - EDGE, y: plot.top - EDGE }}
            {...{ width: plot.width + 2 * EDGE, height: plot.height + 2 * EDGE }}
          />
        </clipPath>
      </defs>
      <ValueAxis of={drawing} />
      <TimeAxis of={drawing} />
      <g clipPath={`url(#${inside})`}>
        {drawn.map((series) => (
          <SeriesLine key={series.key} of={drawing} series={series} isFilled={drawn.length <= 2} />
        ))}
      </g>
    </Surface>
  );
}
