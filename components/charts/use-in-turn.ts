'use client';

/** What a chart draws: what it was given last, as of its own turn (drawing-turns.ts). */
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { DrawingTurns } from './drawing-turns';

const turns = new DrawingTurns((run) => setTimeout(run));

/**
 * `latest` as it was at the last turn, null before the first. Null, for nothing to draw, and what has to be there `atOnce` wait for none. `latest`
 * has to be stable between renders.
 */
export function useInTurn<Drawn extends object>(latest: Drawn | null, atOnce: boolean): Drawn | null {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [who] = useState(() => ({}));
  if (drawn !== latest && (latest === null || atOnce)) setDrawn(latest);
  useEffect(() => {
    if (latest === null || latest === drawn) turns.leave(who);
    // All that follows from it belongs to this turn: what React would do later, it would do for several charts together.
    else turns.ask(who, () => flushSync(() => setDrawn(latest)));
  }, [latest, drawn, who]);
  useEffect(() => () => turns.leave(who), [who]);
  return latest === null || atOnce ? latest : drawn;
}
