'use client';

/**
 * The lag landscape: groups (or partitions) down, time across, colour by how far behind. Who was late, when, together with whom. It
 * shares window, hovered moment and marks of what changed with the charts of the page; the same in figures is a table, one click away.
 */
import { useMemo, useState, type Ref } from 'react';
import { useTranslations } from 'next-intl';
import { ChartFrame } from '../charts/chart-frame';
import { useChartRange } from '../charts/chart-range';
import { Button } from '../ui/button';
import { LandscapeLegend } from './landscape-legend';
import { LandscapePicture } from './landscape-picture';
import { landscapeRows, type LandscapeLine, type LandscapeUnit } from './landscape-rows';
import { LandscapeTable } from './landscape-table';

interface LagLandscapeProps {
  /** Of its figure, so that it can be told whether it is in view. */
  place: Ref<HTMLElement>;
  /** Out of view its place is kept, and nothing is drawn in it. */
  isDrawn: boolean;
  title: string;
  unit: LandscapeUnit;
  /** The furthest behind in the window. */
  lines: readonly LandscapeLine[];
  /** How many there are of whom something is known in the window. */
  total: number;
  resolutionMs: number;
  /** Where what the lines can say ends. */
  knownToMs: number;
  state: 'loading' | 'error' | 'ready';
  retry: () => void;
  /** Said when nothing is known of anybody in the window. */
  empty: string;
  /** Of what the rows are, in the table's head. */
  rowNoun: string;
}

export function LagLandscape(props: LagLandscapeProps) {
  const { place, isDrawn, title, unit, lines, total, state, retry, empty, rowNoun } = props;
  const { resolutionMs, knownToMs } = props;
  const t = useTranslations('landscape');
  const tc = useTranslations('chart');
  const { window: shown } = useChartRange();
  const [asTable, setAsTable] = useState(false);
  const rows = useMemo(() => landscapeRows(lines, shown.fromMs), [lines, shown.fromMs]);
  const isEmpty = rows.length === 0;
  const leftOut = Math.max(0, total - lines.length);
  return (
    <ChartFrame place={place} label={title}>
      <figcaption className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="text-sm font-medium text-ink">{title}</h2>
        <span className="-ml-1 text-xs text-dim">{t(`unit.${unit}`)}</span>
        <LandscapeLegend unit={unit} />
        {isEmpty ? null : (
          <Button
            size="sm"
            tone="ghost"
            aria-pressed={asTable}
            className="ml-auto"
            onClick={() => setAsTable(!asTable)}
          >
            {t(asTable ? 'asPicture' : 'asTable')}
          </Button>
        )}
      </figcaption>
      {isEmpty ? (
        <p className="flex items-center gap-3 py-6 text-sm text-dim" aria-busy={state === 'loading'}>
          {state === 'loading' ? t('loading') : state === 'error' ? t('failed') : empty}
          {state === 'error' ? (
            <Button size="sm" onClick={retry}>
              {tc('tryAgain')}
            </Button>
          ) : null}
        </p>
      ) : asTable ? (
        <LandscapeTable {...{ title, unit, rowNoun, resolutionMs, knownToMs, rows }} />
      ) : (
        <LandscapePicture {...{ isDrawn, title, unit, resolutionMs, knownToMs, rows }} />
      )}
      {leftOut > 0 ? <p className="mt-1 text-xs text-dim">{t('leftOut', { count: leftOut })}</p> : null}
    </ChartFrame>
  );
}
