'use client';

/**
 * The program that draws lines, which comes on its own while the page can already be used; null until it is there. Not React's `lazy`: what waits
 * for that is drawn all at once when it comes, and here each chart has its turn.
 */
import { useEffect, useState } from 'react';
import type { ChartLines } from './chart-lines';

interface Arrived {
  readonly Lines?: typeof ChartLines;
  readonly error?: unknown;
}

let arrived: Arrived | null = null;
let coming: Promise<Arrived> | null = null;

/** A load that failed is tried again by the next chart that opens. */
function load(): Promise<Arrived> {
  coming ??= import('./chart-lines').then(
    (loaded) => (arrived = { Lines: loaded.ChartLines }),
    (error: unknown) => {
      coming = null;
      return { error };
    },
  );
  return coming;
}

export function useChartLines(): typeof ChartLines | null {
  const [here, setHere] = useState(arrived);
  useEffect(() => {
    if (here === null) void load().then(setHere);
  }, [here]);
  if (here !== null && 'error' in here) throw here.error;
  return here?.Lines ?? null;
}
