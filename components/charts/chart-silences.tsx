'use client';

/** Stretches about which nothing is known, hatched and named in the chart, so that nobody takes them for calm. */
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { momentInWindow } from '../format/duration';
import { firstKnownMs } from './chart-data';
import { silentStretches } from './chart-domain';
import type { Drawing } from './chart-drawing';

const WORDS_PX = 150;
/** From here on the words fit when they are turned. */
const UPRIGHT_PX = 20;
const LEAST_PX = 3;

export function Silences({ of }: { of: Drawing }) {
  const { drawn: series, plot, resolutionMs, knownToMs, fromMs, toMs } = of;
  const t = useTranslations('chart');
  const locale = useLocale();
  const pxPerMs = plot.width / (toMs - fromMs);
  const stretches = useMemo(() => {
    const leastMs = Math.max(resolutionMs * 3, LEAST_PX / pxPerMs);
    return silentStretches(
      series.map((one) => one.points),
      fromMs,
      // Beyond it nobody was asked: that is no silence.
      knownToMs,
      leastMs,
    );
  }, [series, fromMs, knownToMs, resolutionMs, pxPerMs]);
  const firstMs = firstKnownMs(series, fromMs);
  const word = (atMs: number): string => momentInWindow(atMs, toMs - fromMs, locale);
  const leadPx = firstMs === null ? 0 : (firstMs - fromMs) * pxPerMs;
  return (
    <>
      {firstMs !== null && leadPx > WORDS_PX ? (
        <p
          style={{ left: plot.left, top: plot.top + plot.height - 26, width: leadPx - 8 }}
          className="pointer-events-none absolute truncate text-right text-xs text-dim tnum"
        >
          {t('begins', { at: word(firstMs) })}
        </p>
      ) : null}
      {stretches.map((stretch) => {
        const left = plot.left + (stretch.fromMs - fromMs) * pxPerMs;
        const width = (stretch.toMs - stretch.fromMs) * pxPerMs;
        const from = word(stretch.fromMs);
        const said = stretch.open
          ? t('silentSince', { from })
          : t('silence', { from, to: word(stretch.toMs) });
        return (
          <span
            key={stretch.fromMs}
            style={{ left, width, top: plot.top, height: plot.height }}
            className="pointer-events-none absolute hatched opacity-70"
          >
            {width > UPRIGHT_PX && width <= WORDS_PX ? (
              <span className="absolute inset-0 flex items-center justify-center text-xs text-soft tnum [text-orientation:sideways] [writing-mode:vertical-rl]">
                <span className="rotate-180 bg-canvas px-0.5 py-1.5">{said}</span>
              </span>
            ) : width > WORDS_PX ? (
              <span className="absolute inset-x-1 top-1/2 -translate-y-1/2 text-center text-xs text-soft tnum">
                <span className="bg-canvas px-1.5 py-0.5">{said}</span>
              </span>
            ) : (
              <span className="sr-only">{said}</span>
            )}
          </span>
        );
      })}
    </>
  );
}
