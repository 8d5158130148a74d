'use client';

/** Whether the beginning of an element has gone below the header: what is put before it now would move what somebody reads. */
import { useCallback, useSyncExternalStore, type RefObject } from 'react';

/** The header, and the table's own. */
const HEADER_PX = 80;

function subscribe(listener: () => void): () => void {
  window.addEventListener('scroll', listener, { passive: true });
  window.addEventListener('resize', listener);
  return () => {
    window.removeEventListener('scroll', listener);
    window.removeEventListener('resize', listener);
  };
}

export function useScrolledPast(ref: RefObject<HTMLElement | null>): boolean {
  const isPast = useCallback(
    () => (ref.current?.getBoundingClientRect().top ?? HEADER_PX) < HEADER_PX - 1,
    [ref],
  );
  return useSyncExternalStore(subscribe, isPast, () => false);
}
