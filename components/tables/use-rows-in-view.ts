'use client';

/**
 * The rows of a long table that are in the document while the window scrolls. Whoever moves further than a screen at once gets what is in view, and what
 * is around it when it has come to rest: a frame has no time for rows that nobody may ever see.
 *
 * Rows have one height, so that a place is a division, and a far jump is drawn within its frame with nothing measured. Cards are as high as their words
 * (names wrap, fields are left out), so they keep a virtualiser that measures each of them (card-list.tsx); that one here would measure rows for nothing.
 */
import { useLayoutEffect, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { rowsInView, rowsThatAre, type RowRange } from './rows-in-view';
import { useDocumentTop } from './use-document-top';

const AROUND = 8;
const REST_MS = 120;
/** What the server draws, which knows no window. */
const atFirst: RowRange = { first: 0, last: 39 };

/** All of them where there are fewer than `from`. */
export function useRowsInView(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
  from: number,
): RowRange {
  const [range, setRange] = useState(atFirst);
  const topPx = useDocumentTop(body);
  const isLong = count >= from;
  useLayoutEffect(() => {
    if (!isLong) return;
    let lastPx = window.scrollY;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const look = (around: number): void => {
      const scrolledPx = window.scrollY - topPx;
      const next = rowsInView({ scrolledPx, heightPx: window.innerHeight, rowPx, count, around });
      setRange((now) => (now.first === next.first && now.last === next.last ? now : next));
    };
    const scrolled = (): void => {
      const isFar = Math.abs(window.scrollY - lastPx) > window.innerHeight;
      lastPx = window.scrollY;
      clearTimeout(rest);
      if (isFar) rest = setTimeout(look, REST_MS, AROUND);
      // Before the frame is drawn, or it shows none of them.
      flushSync(() => look(isFar ? 0 : AROUND));
    };
    const resized = (): void => look(AROUND);
    look(AROUND);
    window.addEventListener('scroll', scrolled, { passive: true });
    window.addEventListener('resize', resized);
    return () => {
      clearTimeout(rest);
      window.removeEventListener('scroll', scrolled);
      window.removeEventListener('resize', resized);
    };
  }, [count, isLong, rowPx, topPx]);
  return isLong ? rowsThatAre(range, count) : { first: 0, last: count - 1 };
}
