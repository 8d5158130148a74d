'use client';

/** The hovered moment in a chart: a line through it, a dot on each of the chart's lines, and the tooltip where the pointer is. */
import { useSyncExternalStore } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment, zoneOf } from '../format/duration';
import { quantityText, type QuantityKind } from '../format/quantity';
import { markNear, type ChangeMark } from './change-marks';
import { MarkWords } from './change-marks-layer';
import { readingsAt, type Reading } from './chart-data';
import { xIn, yIn, type Drawing, type PlotArea } from './chart-drawing';
import { useChartPointing } from './chart-range';

const TOOLTIP_WIDTH = 232;
/** A mark so close to the hovered moment is told of. */
export const MARK_REACH_PX = 6;

interface TooltipProps {
  readings: readonly Reading[];
  mark: ChangeMark | null;
  atMs: number;
  x: number;
  plot: PlotArea;
  kind: QuantityKind;
}

function Tooltip({ readings, mark, atMs, x, plot, kind }: TooltipProps) {
  const t = useTranslations('chart');
  const locale = useLocale();
  const flip = x + TOOLTIP_WIDTH + 16 > plot.left + plot.width + 90;
  return (
    <div
      style={{ left: flip ? x - TOOLTIP_WIDTH - 12 : x + 12, top: plot.top + 2, width: TOOLTIP_WIDTH }}
      className="pointer-events-none absolute z-20 rounded-md bg-raised px-3 py-2 text-xs shadow-float max-sm:!left-2"
    >
      <p className="flex justify-between gap-3 text-dim tnum">
        <span>{formatMoment(atMs, locale)}</span>
        <span>{zoneOf(atMs)}</span>
      </p>
      {readings.length === 0 ? <p className="mt-1 text-soft">{t('noPoint')}</p> : null}
      <ul className="mt-1 flex flex-col gap-0.5">
        {readings.map(({ series, value }) => (
          <li key={series.key} className="flex items-center gap-2">
            <span aria-hidden className="h-0.5 w-2.5 shrink-0" style={{ background: series.colour }} />
            <span className="min-w-0 flex-1 truncate text-soft">{series.label}</span>
            <span className="font-medium text-ink tnum">{quantityText(kind, value, locale)}</span>
          </li>
        ))}
      </ul>
      {mark === null ? null : <MarkWords mark={mark} />}
    </div>
  );
}

export interface Hovered {
  /** Under the pointer. */
  readonly atMs: number;
  /** Of the nearest point, where there is one. */
  readonly snappedMs: number;
  readonly readings: readonly Reading[];
  readonly inside: boolean;
}

export function hoveredIn(of: Drawing, atMs: number | null): Hovered | null {
  if (atMs === null) return null;
  const { drawn, plot, fromMs, toMs, resolutionMs } = of;
  const reachMs = Math.max(resolutionMs * 1.5, ((toMs - fromMs) / plot.width) * 6);
  const readings = readingsAt(drawn, atMs, reachMs);
  const snappedMs = readings[0]?.atMs ?? atMs;
  return { atMs, snappedMs, readings, inside: snappedMs >= fromMs && snappedMs <= toMs };
}

/** Alone in asking for the moment, so that nothing else of the page is drawn again when the pointer moves. */
export function HoveredMoment({ of, withTooltip }: { of: Drawing; withTooltip: boolean }) {
  const { hover } = useChartPointing();
  const hovered = hoveredIn(
    of,
    useSyncExternalStore(hover.subscribe, hover.get, () => null),
  );
  if (hovered === null || !hovered.inside) return null;
  const { plot, kind, marked, fromMs, toMs } = of;
  const { atMs, snappedMs, readings } = hovered;
  const x = xIn(of, snappedMs);
  return (
    <>
      <span
        aria-hidden
        style={{ left: x, top: plot.top, height: plot.height }}
        className="pointer-events-none absolute w-px bg-faint"
      />
      {readings.map((reading) => (
        <span
          key={reading.series.key}
          aria-hidden
          style={{
            left: xIn(of, reading.atMs) - 3,
            top: yIn(of, reading.value) - 3,
            background: reading.series.colour,
          }}
          className="pointer-events-none absolute size-[7px] rounded-full ring-2 ring-canvas"
        />
      ))}
      {withTooltip ? (
        <Tooltip
          readings={readings}
          mark={markNear(marked.marks, atMs, ((toMs - fromMs) / plot.width) * MARK_REACH_PX)}
          atMs={snappedMs}
          x={x}
          plot={plot}
          kind={kind}
        />
      ) : null}
    </>
  );
}
