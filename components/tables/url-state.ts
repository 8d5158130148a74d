'use client';

/**
 * What the reader chose (sort, search, filters, range) lives in the URL, so that a link shows what one sees. Changed without
 * a round trip to the server; Next keeps useSearchParams in step with history.replaceState.
 */
import { useCallback } from 'react';
import { useSearchParams } from 'next/navigation';

/** Sets parameters, or removes those that are null; leaves the others. */
export function replaceSearch(changes: Readonly<Record<string, string | null>>): void {
  const search = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  window.history.replaceState(null, '', text === '' ? window.location.pathname : `?${text}`);
}

export function useUrlParameter(name: string, fallback: string): readonly [string, (value: string) => void] {
  const search = useSearchParams();
  const value = search.get(name) ?? fallback;
  const set = useCallback(
    (next: string) => replaceSearch({ [name]: next === fallback ? null : next }),
    [fallback, name],
  );
  return [value, set] as const;
}
