'use client';

/**
 * Which charts are worth their work: those that the reader sees or is about to see. Only they are drawn and asked each round; the place of
 * the others is kept. Those are asked when the ones in view have had their turn, and again when their answer is a minute old, so that
 * printing shows them and scrolling finds them filled.
 */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

/** Near is what a flick of the wheel reaches. */
const NEAR_PX = 500;
/** Charts out of view wait so long for those in view. */
const FAR_TURN_MS = 1_500;

export function useNearViewport(): readonly [
  (element: HTMLElement | null) => (() => void) | undefined,
  boolean,
] {
  const [isNear, setNear] = useState(false);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const { top, bottom } = element.getBoundingClientRect();
    setNear(bottom > -NEAR_PX && top < window.innerHeight + NEAR_PX);
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (last !== undefined) setNear(last.isIntersecting);
      },
      { rootMargin: `${NEAR_PX}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, isNear] as const;
}

/** Whether it is the turn of charts out of view; again later for each new window. */
export function useFarTurn(windowKey: string): boolean {
  const [turn, setTurn] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setTurn(windowKey), FAR_TURN_MS);
    return () => clearTimeout(timer);
  }, [windowKey]);
  return turn === windowKey;
}

let isBeforePrint = false;

function subscribePrinting(listener: () => void): () => void {
  const media = window.matchMedia('print');
  const before = (): void => {
    isBeforePrint = true;
    listener();
  };
  const after = (): void => {
    isBeforePrint = false;
    listener();
  };
  window.addEventListener('beforeprint', before);
  window.addEventListener('afterprint', after);
  media.addEventListener('change', listener);
  return () => {
    window.removeEventListener('beforeprint', before);
    window.removeEventListener('afterprint', after);
    media.removeEventListener('change', listener);
  };
}

/** On paper everything is in view. */
export function usePrinting(): boolean {
  return useSyncExternalStore(
    subscribePrinting,
    () => isBeforePrint || window.matchMedia('print').matches,
    () => false,
  );
}
