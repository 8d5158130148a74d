'use client';

/** A number's last hour as a sparkline. */
import { useMemo } from 'react';
import type { HistorySeriesName } from '../../console/contracts/history';
import { Sparkline } from '../charts/sparkline';
import { useHistory, type AskedWindow } from '../data/use-history';
import { useClusterId } from '../layout/session-context';
import { useNow } from '../ui/time';

const HOUR_MS = 3_600_000;
const STEP_MS = 30_000;

function useLastHour(): AskedWindow {
  const toMs = Math.floor(useNow() / STEP_MS) * STEP_MS;
  return useMemo(
    () => ({
      fromMs: toMs - HOUR_MS,
      toMs,
      moving: true,
      key: '1h',
      current: () => ({ fromMs: Date.now() - HOUR_MS, toMs: Date.now() }),
    }),
    [toMs],
  );
}

/** `fluid` takes the size of its place, on the wall board. */
export function HourSpark({ series, fluid = false }: { series: HistorySeriesName; fluid?: boolean }) {
  const hour = useLastHour();
  const points = useHistory(useClusterId(), { series }, hour).data?.series[0]?.points ?? [];
  const size = fluid ? { width: 160, height: 24, className: 'h-full w-full' } : { width: 64, height: 16 };
  return <Sparkline points={points} fromMs={hour.fromMs} toMs={hour.toMs} {...size} />;
}
