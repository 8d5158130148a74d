'use client';

/**
 * What a chart or a landscape asks for, as long as the reader is near it: its place on the page, whether it is worth drawing, the
 * answers, and how they stand. What is far is asked less often, when those in view have had their turn (near-viewport.ts).
 */
import { answeredTo, useHistories, type Histories, type HistoryAsk } from '../data/use-history';
import { useClusterId } from '../layout/session-context';
import { useChartRange } from './chart-range';
import { useFarTurn, useNearViewport, usePrinting } from './near-viewport';

const LEAST_RESOLUTION_MS = 1_000;

export interface NearHistories {
  /** Of the figure, so that it can be told whether it is in view. */
  readonly place: ReturnType<typeof useNearViewport>[0];
  readonly isDrawn: boolean;
  readonly isPrinted: boolean;
  readonly histories: Histories['histories'];
  /** Beyond it nothing was asked yet, so that nothing is missing there. */
  readonly knownToMs: number;
  /** Of the coarsest answer. */
  readonly resolutionMs: number;
  readonly state: 'loading' | 'error' | 'ready';
  readonly retry: () => void;
}

/** `asks` have to be stable between renders. */
export function useNearHistories(asks: readonly HistoryAsk[]): NearHistories {
  const { window: shown, knownToMs } = useChartRange();
  const [place, isNear] = useNearViewport();
  const isPrinting = usePrinting();
  // On paper everything is in view.
  const turn = { isNear: isNear || isPrinting, isFarTurn: useFarTurn(shown.key) };
  const { histories, failed, waiting, retries } = useHistories(useClusterId(), asks, shown, turn);
  return {
    place,
    isDrawn: turn.isNear,
    isPrinted: isPrinting,
    histories,
    knownToMs: answeredTo(histories, knownToMs),
    resolutionMs: Math.max(
      LEAST_RESOLUTION_MS,
      ...histories.map((history) => (history?.resolutionSeconds ?? 0) * 1_000),
    ),
    state: failed ? 'error' : waiting ? 'loading' : 'ready',
    retry: () => {
      for (const again of retries) void again();
    },
  };
}
