'use client';

/** What a column is: its header with the unit, how a row sorts by it, what its cell shows, and what becomes of it on a phone. */
import { useMemo, type ReactNode } from 'react';
import type { SortValue } from './table-model';
import { useMedia } from './use-media';

export interface Column<T> {
  readonly id: string;
  readonly header: string;
  /** Dimmed beside the header, so that the cells need no unit. */
  readonly unit?: string | undefined;
  readonly align?: 'end' | undefined;
  /** CSS width; a column without takes the rest. */
  readonly width?: string | undefined;
  /** Shown from this screen width on (lg 1,088 px, xl 1,440, 2xl 1,792, 3xl 2,304); 'card' is for phones alone, where a table says it in another column. */
  readonly from?: 'lg' | 'xl' | '2xl' | '3xl' | 'card' | undefined;
  /** Shown only when somebody chose it (column-choice.tsx). */
  readonly optional?: boolean | undefined;
  readonly sort?: ((row: T) => SortValue) | undefined;
  readonly cell: (row: T) => ReactNode;
  /** On a phone: the card's first line, its right end, a labelled field, one with a line to itself, a line without a label, the card's end, or nothing. */
  readonly card?: 'title' | 'beside' | 'field' | 'line' | 'wide' | 'foot' | 'none' | undefined;
}

/**
 * The columns there is room for. Wider screens show more columns, not bigger ones. Between 1,344 px, from where on the side bar has names, and home
 * a table is narrower than before it: there are no more of them there.
 */
export function useShownColumns<T>(columns: readonly Column<T>[]): readonly Column<T>[] {
  const lg = useMedia('(width >= 68rem)', true);
  const xl = useMedia('(width >= 90rem)', true);
  const wide = useMedia('(width >= 112rem)');
  const widest = useMedia('(width >= 144rem)');
  return useMemo(() => {
    const fits = { lg, xl, '2xl': wide, '3xl': widest, card: false };
    return columns.filter((column) => column.from === undefined || fits[column.from]);
  }, [columns, lg, xl, wide, widest]);
}
