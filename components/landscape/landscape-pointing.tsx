'use client';

/**
 * The hovered cell of the landscape, by pointer or by arrow keys; its moment is marked in all charts of the page, and what changed is
 * marked here as there.
 */
import { useState, useSyncExternalStore, type KeyboardEvent, type PointerEvent } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { markNear } from '../charts/change-marks';
import { ChangeMarks, MarkWords, useChangeMarks } from '../charts/change-marks-layer';
import { MARK_REACH_PX } from '../charts/chart-hover';
import { useChartRange } from '../charts/chart-range';
import { formatMoment, zoneOf } from '../format/duration';
import { lagWords } from './lag-words';
import { ROW_PX } from './landscape-canvas';
import { valueAt, type LandscapeRow, type LandscapeUnit } from './landscape-rows';

interface PointingProps {
  title: string;
  unit: LandscapeUnit;
  rows: readonly LandscapeRow[];
  resolutionMs: number;
  width: number;
}

export function LandscapePointing({ title, unit, rows, resolutionMs, width }: PointingProps) {
  const t = useTranslations('landscape');
  const locale = useLocale();
  const { window: shown, hover, knownToMs } = useChartRange();
  const { fromMs, toMs } = shown;
  const [place, setPlace] = useState<number | null>(null);
  const { marks } = useChangeMarks(rows, true, width);
  const hoveredMs = useSyncExternalStore(hover.subscribe, hover.get, () => null);
  const row = place === null ? undefined : rows[Math.min(place, rows.length - 1)];
  const xOf = (atMs: number): number => ((atMs - fromMs) / (toMs - fromMs)) * width;
  const inside = hoveredMs !== null && hoveredMs >= fromMs && hoveredMs <= toMs;
  const leave = (): void => {
    setPlace(null);
    hover.set(null);
  };
  const onMove = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / width));
    setPlace(Math.max(0, Math.min(rows.length - 1, Math.floor((event.clientY - box.top) / ROW_PX))));
    hover.set(fromMs + share * (toMs - fromMs));
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = Math.max(resolutionMs, (toMs - fromMs) / 120);
    const moves: Record<string, readonly [rows: number, steps: number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    if (event.key === 'Escape') leave();
    if (move === undefined) return;
    event.preventDefault();
    const from = (place === null ? rows[0]?.last?.atMs : hoveredMs) ?? knownToMs;
    setPlace(Math.max(0, Math.min(rows.length - 1, place === null ? 0 : place + move[0])));
    hover.set(Math.min(knownToMs, Math.max(fromMs, from + (place === null ? 0 : move[1] * step))));
  };
  const value = row === undefined || !inside ? null : valueAt(row.points, hoveredMs, resolutionMs);
  const mark = inside ? markNear(marks, hoveredMs, ((toMs - fromMs) / width) * MARK_REACH_PX) : null;
  const words = value === null ? t('notKnown') : t(`behind.${unit}`, { lag: lagWords(unit, value, locale) });
  const said =
    row === undefined || !inside ? t('start') : `${row.label}, ${formatMoment(hoveredMs, locale)}: ${words}`;
  return (
    <>
      <ChangeMarks
        title={title}
        marks={marks}
        plot={{ left: 0, top: 0, width, height: rows.length * ROW_PX }}
        xOf={xOf}
        isOnColour
      />
      {inside ? (
        <span
          aria-hidden
          style={{ left: xOf(hoveredMs) }}
          className="pointer-events-none absolute inset-y-0 w-px bg-ink/60"
        />
      ) : null}
      {row !== undefined && inside && place !== null ? (
        <>
          <span
            aria-hidden
            style={{ top: place * ROW_PX, height: ROW_PX }}
            className="pointer-events-none absolute inset-x-0 border-y border-ink/60"
          />
          <div
            style={{
              top: (place + 1) * ROW_PX + 4,
              ...(xOf(hoveredMs) > width / 2
                ? { right: width - xOf(hoveredMs) + 8 }
                : { left: xOf(hoveredMs) + 8 }),
            }}
            className="pointer-events-none absolute z-20 w-56 max-w-[70vw] rounded-md bg-raised px-3 py-2 text-xs shadow-float"
          >
            <p className="flex justify-between gap-3 text-dim tnum">
              <span>{formatMoment(hoveredMs, locale)}</span>
              <span>{zoneOf(hoveredMs)}</span>
            </p>
            <p className="mt-1 truncate text-soft">{row.label}</p>
            <p className="font-medium text-ink tnum">{words}</p>
            {mark === null ? null : <MarkWords mark={mark} />}
          </div>
        </>
      ) : null}
      <div
        role="slider"
        tabIndex={0}
        aria-label={t('keys', { title })}
        aria-valuemin={fromMs}
        aria-valuemax={toMs}
        aria-valuenow={Math.round(hoveredMs ?? toMs)}
        aria-valuetext={said}
        className="absolute inset-0 cursor-crosshair touch-pan-y select-none"
        onPointerMove={onMove}
        onPointerLeave={leave}
        onBlur={leave}
        onKeyDown={onKey}
      />
    </>
  );
}
