'use client';

/** Names, picture and time axis of the landscape, side by side. */
import { useLocale } from 'next-intl';
import { timeTicks } from '../charts/chart-domain';
import { useChartRange } from '../charts/chart-range';
import { useWidth } from '../charts/use-width';
import { formatClock, formatDay } from '../format/duration';
import { PageLink } from '../ui/page-link';
import { LandscapeCanvas, ROW_PX } from './landscape-canvas';
import { LandscapePointing } from './landscape-pointing';
import type { LandscapeRow, LandscapeUnit } from './landscape-rows';

const TICK_EVERY_PX = 76;
const NARROW = 520;

interface PictureProps {
  isDrawn: boolean;
  title: string;
  unit: LandscapeUnit;
  rows: readonly LandscapeRow[];
  resolutionMs: number;
  knownToMs: number;
}

export function LandscapePicture({ isDrawn, title, unit, rows, resolutionMs, knownToMs }: PictureProps) {
  const [ref, whole] = useWidth();
  const { window: shown } = useChartRange();
  const { fromMs, toMs } = shown;
  const names = whole < NARROW ? 104 : 176;
  const width = Math.max(0, whole - names);
  const height = rows.length * ROW_PX;
  return (
    <div ref={ref} className="relative" style={{ height: height + 20 }}>
      {width === 0 || !isDrawn ? null : (
        <>
          <ul style={{ width: names - 12 }} className="absolute inset-y-0 left-0">
            {rows.map((row) => (
              <li key={row.key} style={{ height: ROW_PX }} className="flex items-center text-xs">
                {row.href === undefined ? (
                  <span className="truncate text-soft tnum">{row.label}</span>
                ) : (
                  <PageLink
                    href={row.href}
                    title={row.label}
                    className="truncate text-soft hover:text-accent"
                  >
                    {row.label}
                  </PageLink>
                )}
              </li>
            ))}
          </ul>
          <div className="absolute top-0" style={{ left: names, width, height }}>
            <LandscapeCanvas {...{ rows, unit, fromMs, toMs, knownToMs, resolutionMs, width }} />
            <LandscapePointing {...{ title, unit, rows, resolutionMs, width }} />
          </div>
          <TimeAxis left={names} top={height} width={width} />
        </>
      )}
    </div>
  );
}

function TimeAxis({ left, top, width }: { left: number; top: number; width: number }) {
  const locale = useLocale();
  const { window: shown } = useChartRange();
  const { fromMs, toMs } = shown;
  const offsetMs = -new Date(toMs).getTimezoneOffset() * 60_000;
  const ticks = timeTicks(fromMs, toMs, Math.max(2, Math.floor(width / TICK_EVERY_PX)), offsetMs);
  return (
    <div aria-hidden className="absolute h-5 text-xs text-dim tnum" style={{ left, top, width }}>
      {ticks.map(({ atMs, unit }) => {
        const x = ((atMs - fromMs) / (toMs - fromMs)) * width;
        if (x < 16 || x > width - 16) return null;
        return (
          <span key={atMs} style={{ left: x }} className="absolute top-0.5 -translate-x-1/2">
            {unit === 'day' ? formatDay(atMs, locale) : formatClock(atMs, unit === 'second')}
          </span>
        );
      })}
    </div>
  );
}
