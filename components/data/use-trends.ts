'use client';

/** The lag of the last hour of the groups in view, for the sparklines of their list. */
import { useEffect, useMemo, useRef } from 'react';
import type { History } from '../../console/contracts/history';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { TrendBook, type Trend } from './trend-book';
import { apiGet } from './api-client';
import { useLive } from './live-provider';

/** A point every other minute, with the smallest and the largest of it: as fine as a sparkline shows. */
const POINTS = 60;

async function askLag(clusterId: string, groups: readonly string[]): Promise<ReadonlyMap<string, Trend>> {
  const question = { series: 'group.lag', points: POINTS, groups: JSON.stringify(groups) };
  const { series, from, to } = await apiGet<History>(withQuery(apiPaths.history(clusterId), question));
  return new Map(
    series.map(({ labels, points }) => [labels['group'] ?? '', { points, fromMs: from, toMs: to }]),
  );
}

export function useLagTrends(clusterId: string): TrendBook {
  const { paused } = useLive().state;
  const isPaused = useRef(paused);
  useEffect(() => {
    isPaused.current = paused;
  }, [paused]);
  return useMemo(
    () =>
      new TrendBook(
        (groups) => askLag(clusterId, groups),
        () => isPaused.current || document.visibilityState === 'hidden',
      ),
    [clusterId],
  );
}
