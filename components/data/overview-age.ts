'use client';

/**
 * How old the overview is. Its `asOf` is the server's clock, the reader's clock may be minutes off: the difference is taken from
 * the moment a fresh snapshot arrives, and small ones, which are only the way here, are left alone.
 */
import type { Overview } from '../../console/contracts/overview';
import { useNow } from '../ui/time';

const SKEW_THAT_MATTERS_MS = 5_000;
let skewMs = 0;

/** Called with each snapshot as it arrives. */
export function noteSkew(overview: Overview): void {
  if (overview.stale || overview.status !== 'ok') return;
  const difference = Date.now() - Date.parse(overview.asOf);
  skewMs = Math.abs(difference) > SKEW_THAT_MATTERS_MS ? difference : 0;
}

/** Null on the server and before anything is known. */
export function useOverviewAge(overview: Overview | undefined): number | null {
  const now = useNow();
  if (overview === undefined || now === 0) return null;
  return Math.max(0, now - Date.parse(overview.asOf) - skewMs);
}
