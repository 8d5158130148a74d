'use client';

/** The lag of a group in the last hour, in a cell of the list: its course from zero upwards; how far it went is said on hover. */
import { useCallback, useSyncExternalStore } from 'react';
import { useTranslations } from 'next-intl';
import { Sparkline } from '../charts/sparkline';
import type { TrendBook } from '../data/trend-book';
import { Dash } from '../ui/value';

const WIDTH = 80;
const HEIGHT = 16;

function Missing({ failed }: { failed: boolean }) {
  const t = useTranslations('groups');
  return <Dash reason={t(failed ? 'trendFailed' : 'trendUnknown')} />;
}

interface LagTrendProps {
  trends: TrendBook;
  group: string;
  words: (low: number, high: number) => string;
}

export function LagTrend({ trends, group, words }: LagTrendProps) {
  const watch = useCallback((listener: () => void) => trends.watch(group, listener), [trends, group]);
  const trend = useSyncExternalStore(
    watch,
    () => trends.of(group),
    () => undefined,
  );
  if (trend === undefined) return null;
  if (trend === 'failed') return <Missing failed />;
  const known = trend.points.flatMap(([, value]) => (value === null ? [] : [value]));
  // One moment is no course.
  if (known.length < 2) return <Missing failed={false} />;
  const said = words(Math.min(...known), Math.max(...known));
  return (
    <span role="img" aria-label={said} title={said} className="inline-block align-middle">
      <Sparkline {...trend} fromZero width={WIDTH} height={HEIGHT} />
    </span>
  );
}
