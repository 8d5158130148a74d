'use client';

/**
 * The marks of what changed over a chart: a quiet line at the moment, its shape at the top, and all of it as a list for those who do not
 * see the picture. The words stand in the tooltip of the hovered moment, and under the arrow keys.
 */
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import { isCoarse, severest, toneOf, useChangeWords } from '../changes/change-words';
import { useEachChange } from '../data/use-changes';
import { formatClock, formatMoment, momentInWindow } from '../format/duration';
import { useClusterId } from '../layout/session-context';
import { cn } from '../ui/cn';
import { StatusMark } from '../ui/status';
import { changesQuestion, concerns, marksBegin, marksIn, type ChangeMark } from './change-marks';
import { firstKnownMs, type ChartSeries } from './chart-data';
import type { PlotArea } from './chart-drawing';
import { useChartRange } from './chart-range';

/** So many are told in words. */
const MOST_TOLD = 10;
const MOST_IN_TOOLTIP = 3;

const none: readonly ChangeMark[] = [];

export interface MarkedChanges {
  readonly marks: readonly ChangeMark[];
  /** From when on there are marks, where lines reach further back; else null. */
  readonly beginMs: number | null;
}

/** The same object as long as it tells the same. */
export function useChangeMarks(
  series: readonly Pick<ChartSeries, 'points'>[],
  showsGroups: boolean,
  widthPx: number,
): MarkedChanges {
  const { window: shown, nowMs, about, marked } = useChartRange();
  const { fromMs, toMs } = shown;
  const isMarked = about !== null && marked;
  const question = isMarked ? changesQuestion(fromMs, toMs, nowMs) : null;
  const told = useEachChange(useClusterId(), question).data;
  const items = told?.items;
  const concerning = useMemo(
    () => (about === null ? [] : (items ?? []).filter(({ change }) => concerns(change, about, showsGroups))),
    [about, items, showsGroups],
  );
  const marks = useMemo(
    () => (!isMarked || concerning.length === 0 ? none : marksIn(concerning, { fromMs, toMs }, widthPx)),
    [isMarked, concerning, fromMs, toMs, widthPx],
  );
  const beginMs = useMemo(() => {
    const sinceMs = told === undefined || !isMarked ? null : Date.parse(told.completeSince);
    return marksBegin(sinceMs, firstKnownMs(series, fromMs), { fromMs, toMs });
  }, [told, isMarked, series, fromMs, toMs]);
  return useMemo(() => ({ marks, beginMs }), [marks, beginMs]);
}

/** Room for the words before the moment; where there is less they begin at the axis, over whatever is there. */
const BEGIN_PX = 172;

interface MarksBeginProps {
  beginMs: number | null;
  plot: PlotArea;
  x: number;
  /** Of the window. */
  spanMs: number;
}

/** Said where there are no marks yet, below the height at which marks have their shapes. */
export function MarksBegin({ beginMs, plot, x, spanMs }: MarksBeginProps) {
  const t = useTranslations('chart');
  const locale = useLocale();
  if (beginMs === null) return null;
  const room = Math.min(x, plot.left + plot.width) - plot.left;
  const place = room < BEGIN_PX ? { left: plot.left } : { left: plot.left, width: room - 6 };
  return (
    <p
      style={{ top: plot.top + 6, ...place }}
      className="pointer-events-none absolute flex justify-end text-xs whitespace-nowrap text-dim tnum"
    >
      <span className="bg-canvas/80 px-1">
        {t('marksBegin', { at: momentInWindow(beginMs, spanMs, locale) })}
      </span>
    </p>
  );
}

interface MarksProps {
  title: string;
  marks: readonly ChangeMark[];
  plot: PlotArea;
  xOf: (atMs: number) => number;
  /** Below the lines is not the page but colour. */
  isOnColour?: boolean;
}

export function ChangeMarks({ title, marks, plot, xOf, isOnColour = false }: MarksProps) {
  const t = useTranslations('chart');
  const locale = useLocale();
  const words = useChangeWords({ isLinked: false });
  if (marks.length === 0) return null;
  const entries = marks.flatMap((mark) => mark.entries).reverse();
  return (
    <>
      {marks.map(({ atMs, entries: of }) => (
        <span
          key={atMs}
          aria-hidden
          data-change-mark
          style={{ left: xOf(atMs), top: plot.top, height: plot.height }}
          className={cn(
            'pointer-events-none absolute border-l border-dashed',
            isOnColour ? 'border-ink/50' : 'border-line-strong',
          )}
        >
          <StatusMark
            tone={severest(of.map(({ change }) => toneOf(change)))}
            className="absolute -top-1.5 -left-[4.5px] size-2 bg-canvas"
          />
        </span>
      ))}
      <ul aria-label={t('changesIn', { title })} className="sr-only">
        {entries.slice(0, MOST_TOLD).map((entry) => (
          <li key={`${entry.at} ${JSON.stringify(entry.change)}`}>
            {isCoarse(entry) ? '≤ ' : null}
            {formatMoment(Date.parse(entry.at), locale)}: {words(entry)}
          </li>
        ))}
        {entries.length > MOST_TOLD ? (
          <li>{t('moreChanges', { count: entries.length - MOST_TOLD })}</li>
        ) : null}
      </ul>
    </>
  );
}

/** What a mark is about, in the tooltip of its moment. */
export function MarkWords({ mark }: { mark: ChangeMark }) {
  const t = useTranslations('chart');
  const words = useChangeWords({ isLinked: false });
  const { entries } = mark;
  return (
    <ul className="mt-1.5 flex flex-col gap-1 border-t border-line pt-1.5 text-soft">
      {entries.slice(0, MOST_IN_TOOLTIP).map((entry) => (
        <li key={`${entry.at} ${JSON.stringify(entry.change)}`} className="flex items-start gap-2">
          <StatusMark tone={toneOf(entry.change)} className="mt-0.5 size-2.5" />
          <span className="line-clamp-3 min-w-0 flex-1 break-words">
            <span className="text-dim tnum">
              {isCoarse(entry) ? '≤ ' : null}
              {formatClock(Date.parse(entry.at))}
            </span>{' '}
            {words(entry)}
          </span>
        </li>
      ))}
      {entries.length > MOST_IN_TOOLTIP ? (
        <li className="text-dim">{t('moreChanges', { count: entries.length - MOST_IN_TOOLTIP })}</li>
      ) : null}
    </ul>
  );
}
