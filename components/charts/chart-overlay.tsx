'use client';

/**
 * The interaction over a chart: the hovered moment (marked in all charts of the page), the tooltip, dragging to zoom, double
 * click to go back, arrow keys. It knows the plot's rectangle and axes, so it needs nothing from the drawing below.
 */
import { useRef, useState, useSyncExternalStore, type KeyboardEvent, type PointerEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment, zoneOf } from '../format/duration';
import { quantityText, type QuantityKind } from '../format/quantity';
import { readingsAt, type ChartSeries, type Reading } from './chart-data';
import { markNear, type ChangeMark } from './change-marks';
import { ChangeMarks, MarksBegin, MarkWords, useChangeMarks } from './change-marks-layer';
import type { ValueAxis } from './chart-domain';
import { useChartRange } from './chart-range';
import { Silences } from './chart-silences';

export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface ChartOverlayProps {
  title: string;
  kind: QuantityKind;
  series: readonly ChartSeries[];
  plot: PlotArea;
  axis: ValueAxis;
  resolutionMs: number;
  knownToMs: number;
  /** The lines are groups. */
  showsGroups: boolean;
}

const TOOLTIP_WIDTH = 232;
const MIN_DRAG_PX = 6;
/** A mark so close to the hovered moment is told of. */
export const MARK_REACH_PX = 6;

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

interface TooltipProps {
  readings: readonly Reading[];
  mark: ChangeMark | null;
  atMs: number;
  x: number;
  plot: PlotArea;
  kind: QuantityKind;
}

interface Drag {
  readonly startMs: number;
  readonly endMs: number;
}

export function ChartOverlay({
  title,
  kind,
  series,
  plot,
  axis,
  resolutionMs,
  knownToMs,
  showsGroups,
}: ChartOverlayProps) {
  const t = useTranslations('chart');
  const locale = useLocale();
  const { window: shown, hover, zoom, back } = useChartRange();
  const { fromMs, toMs } = shown;
  const surface = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState(false);
  const [drag, setDrag] = useState<Drag | null>(null);
  const { marks, beginMs } = useChangeMarks(series, showsGroups, plot.width);
  const hoveredMs = useSyncExternalStore(hover.subscribe, hover.get, () => null);

  const span = toMs - fromMs;
  const xOf = (atMs: number): number => plot.left + ((atMs - fromMs) / span) * plot.width;
  const yOf = (value: number): number =>
    plot.top + plot.height * (1 - (value - axis.min) / (axis.max - axis.min));
  const momentOf = (event: PointerEvent): number => {
    const left = surface.current?.getBoundingClientRect().left ?? 0;
    const share = Math.min(1, Math.max(0, (event.clientX - left) / plot.width));
    return fromMs + share * span;
  };

  const reachMs = Math.max(resolutionMs * 1.5, (span / plot.width) * 6);
  const readings = hoveredMs === null ? [] : readingsAt(series, hoveredMs, reachMs);
  const snappedMs = readings[0]?.atMs ?? hoveredMs;
  const inside = snappedMs !== null && snappedMs >= fromMs && snappedMs <= toMs;

  const leave = (): void => {
    setOwn(false);
    if (drag === null) hover.set(null);
  };
  const finish = (): void => {
    if (drag !== null && Math.abs(xOf(drag.endMs) - xOf(drag.startMs)) >= MIN_DRAG_PX) {
      zoom(drag.startMs, drag.endMs);
    }
    setDrag(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = Math.max(resolutionMs, span / 120);
    const from = hoveredMs ?? toMs;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      setOwn(true);
      hover.set(Math.min(toMs, Math.max(fromMs, from + (event.key === 'ArrowLeft' ? -step : step))));
    } else if (event.key === 'Escape') {
      setDrag(null);
      leave();
    }
  };

  return (
    <>
      <Silences series={series} plot={plot} resolutionMs={resolutionMs} knownToMs={knownToMs} />
      <ChangeMarks title={title} marks={marks} plot={plot} xOf={xOf} />
      <MarksBegin beginMs={beginMs} plot={plot} x={beginMs === null ? plot.left : xOf(beginMs)} />
      {drag === null ? null : (
        <span
          aria-hidden
          style={{
            left: Math.min(xOf(drag.startMs), xOf(drag.endMs)),
            width: Math.abs(xOf(drag.endMs) - xOf(drag.startMs)),
            top: plot.top,
            height: plot.height,
          }}
          className="pointer-events-none absolute border-x border-accent bg-accent/10"
        />
      )}
      {inside ? (
        <span
          aria-hidden
          style={{ left: xOf(snappedMs), top: plot.top, height: plot.height }}
          className="pointer-events-none absolute w-px bg-faint"
        />
      ) : null}
      {inside
        ? readings.map((reading) => (
            <span
              key={reading.series.key}
              aria-hidden
              style={{
                left: xOf(reading.atMs) - 3,
                top: yOf(reading.value) - 3,
                background: reading.series.colour,
              }}
              className="pointer-events-none absolute size-[7px] rounded-full ring-2 ring-canvas"
            />
          ))
        : null}
      <div
        ref={surface}
        role="slider"
        tabIndex={0}
        aria-label={t('moment', { title })}
        aria-valuemin={fromMs}
        aria-valuemax={toMs}
        aria-valuenow={Math.round(hoveredMs ?? toMs)}
        aria-valuetext={
          snappedMs === null
            ? t('now')
            : `${formatMoment(snappedMs, locale)}: ${readings.map((each) => `${each.series.label} ${quantityText(kind, each.value, locale)}`).join(', ')}`
        }
        style={{ left: plot.left, top: plot.top, width: plot.width, height: plot.height }}
        className="absolute cursor-crosshair touch-pan-y select-none"
        onKeyDown={onKey}
        onBlur={leave}
        onPointerLeave={leave}
        onPointerMove={(event) => {
          const atMs = momentOf(event);
          setOwn(true);
          hover.set(atMs);
          if (drag !== null) setDrag({ ...drag, endMs: atMs });
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.pointerType === 'touch') return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const atMs = momentOf(event);
          setDrag({ startMs: atMs, endMs: atMs });
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={back}
      />
      {own && inside && drag === null ? (
        <Tooltip
          readings={readings}
          mark={markNear(marks, hoveredMs ?? snappedMs, (span / plot.width) * MARK_REACH_PX)}
          atMs={snappedMs}
          x={xOf(snappedMs)}
          plot={plot}
          kind={kind}
        />
      ) : null}
    </>
  );
}
