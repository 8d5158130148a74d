'use client';

/**
 * The interaction over a chart: the hovered moment (marked in all charts of the page), the tooltip, dragging to zoom, double
 * click to go back, arrow keys. It knows the plot's rectangle and axes, so it needs nothing from the drawing below.
 */
import { useRef, useState, useSyncExternalStore, type KeyboardEvent, type PointerEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { formatMoment } from '../format/duration';
import { quantityText } from '../format/quantity';
import { ChangeMarks, MarksBegin } from './change-marks-layer';
import { xIn, type Drawing } from './chart-drawing';
import { hoveredIn, HoveredMoment } from './chart-hover';
import { useChartPointing } from './chart-range';
import { Silences } from './chart-silences';

const MIN_DRAG_PX = 6;
const KEY_STEPS = 120;

interface Drag {
  readonly startMs: number;
  readonly endMs: number;
}

const nobody = (): (() => void) => () => undefined;

/** What the slider says; it follows the moment only while somebody is at this chart. */
function useSaid(of: Drawing, isAsked: boolean): { atMs: number | null; words: string } {
  const t = useTranslations('chart');
  const locale = useLocale();
  const { hover } = useChartPointing();
  const hovered = hoveredIn(
    of,
    useSyncExternalStore(isAsked ? hover.subscribe : nobody, hover.get, () => null),
  );
  if (hovered === null) return { atMs: null, words: t('now') };
  const values = hovered.readings.map(
    ({ series, value }) => `${series.label} ${quantityText(of.kind, value, locale)}`,
  );
  return { atMs: hovered.atMs, words: `${formatMoment(hovered.snappedMs, locale)}: ${values.join(', ')}` };
}

export function ChartOverlay({ of }: { of: Drawing }) {
  const t = useTranslations('chart');
  const { title, plot, marked, fromMs, toMs, resolutionMs } = of;
  const { hover, zoom, back } = useChartPointing();
  const surface = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState(false);
  const [focused, setFocused] = useState(false);
  const [drag, setDrag] = useState<Drag | null>(null);
  const { atMs: saidMs, words } = useSaid(of, own || focused);

  const span = toMs - fromMs;
  const xOf = (atMs: number): number => xIn(of, atMs);
  const momentOf = (event: PointerEvent): number => {
    const left = surface.current?.getBoundingClientRect().left ?? 0;
    const share = Math.min(1, Math.max(0, (event.clientX - left) / plot.width));
    return fromMs + share * span;
  };

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
    const step = Math.max(resolutionMs, span / KEY_STEPS);
    const from = hover.get() ?? toMs;
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
      <Silences of={of} />
      <ChangeMarks title={title} marks={marked.marks} plot={plot} xOf={xOf} />
      <MarksBegin
        beginMs={marked.beginMs}
        plot={plot}
        x={marked.beginMs === null ? plot.left : xOf(marked.beginMs)}
        spanMs={span}
      />
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
      <HoveredMoment of={of} withTooltip={own && drag === null} />
      <div
        ref={surface}
        role="slider"
        tabIndex={0}
        aria-label={t('moment', { title })}
        aria-valuemin={fromMs}
        aria-valuemax={toMs}
        aria-valuenow={Math.round(saidMs ?? toMs)}
        aria-valuetext={words}
        style={{ left: plot.left, top: plot.top, width: plot.width, height: plot.height }}
        className="absolute cursor-crosshair touch-pan-y select-none"
        onKeyDown={onKey}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false);
          leave();
        }}
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
    </>
  );
}
