'use client';

/**
 * The rows of a long table that are in the document while the window scrolls. Whoever moves further than a screen at once gets what is in view, and what
 * is around it when it has come to rest: a frame has no time for rows that nobody may ever see.
 *
 * Rows have one height, so that a place is a division, and a far jump is drawn within its frame with nothing measured. Cards are as high as their words
 * (names wrap, fields are left out), so they keep a virtualiser that measures each of them (card-list.tsx); that one here would measure rows for nothing.
 */
import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { rowsInView, rowsThatAre, type RowRange } from './rows-in-view';
import { useDocumentTop } from './use-document-top';

const AROUND = 8;
const REST_MS = 120;
/** What the server draws, which knows no window. */
const atFirst: RowRange = { first: 0, last: 39 };

interface Kept {
  /** What they are the answer to. */
  readonly question: string;
  readonly range: RowRange;
  /** Those of them that are seen. */
  readonly inView: RowRange;
}

const isSameRange = (one: RowRange, other: RowRange): boolean =>
  one.first === other.first && one.last === other.last;

const isSame = (one: Kept, other: Kept): boolean =>
  one.question === other.question &&
  isSameRange(one.range, other.range) &&
  isSameRange(one.inView, other.inView);

/**
 * All of them where there are fewer than `from`. The answer to another `question`, a search or an order, is other rows: it begins with those in view,
 * too, so that each letter of a search has its answer soon.
 */
export function useRowsInView(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
  from: number,
  question: string,
): RowRange {
  const everything = useMemo<RowRange>(() => ({ first: 0, last: from - 1 }), [from]);
  const isLong = count >= from;
  const [kept, setKept] = useState<Kept>({
    question,
    range: isLong ? atFirst : everything,
    inView: atFirst,
  });
  const asked = useRef(question);
  const topPx = useDocumentTop(body);
  useLayoutEffect(() => {
    let lastPx = window.scrollY;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const look = (around: number): void => {
      const view = { scrolledPx: window.scrollY - topPx, heightPx: window.innerHeight, rowPx, count };
      const inView = rowsInView({ ...view, around: 0 });
      const withThoseAround = isLong ? rowsInView({ ...view, around }) : everything;
      const next = { question, inView, range: around === 0 ? inView : withThoseAround };
      setKept((now) => (isSame(now, next) ? now : next));
    };
    const inViewFirst = (): void => {
      look(0);
      rest = setTimeout(look, REST_MS, AROUND);
    };
    const scrolled = (): void => {
      const isFar = Math.abs(window.scrollY - lastPx) > window.innerHeight;
      lastPx = window.scrollY;
      clearTimeout(rest);
      // Before the frame is drawn, or it shows none of them.
      flushSync(() => (isFar ? inViewFirst() : look(AROUND)));
    };
    const resized = (): void => look(AROUND);
    if (asked.current === question) look(AROUND);
    else inViewFirst();
    asked.current = question;
    if (isLong) {
      window.addEventListener('scroll', scrolled, { passive: true });
      window.addEventListener('resize', resized);
    }
    return () => {
      clearTimeout(rest);
      window.removeEventListener('scroll', scrolled);
      window.removeEventListener('resize', resized);
    };
  }, [count, everything, isLong, question, rowPx, topPx]);
  return rowsThatAre(kept.question === question ? kept.range : kept.inView, count);
}
