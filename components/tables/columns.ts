/** What a column is: its header with the unit, how a row sorts by it, what its cell shows, and what becomes of it on a phone. */
import type { ReactNode } from 'react';
import type { SortValue } from './table-model';

export interface Column<T> {
  readonly id: string;
  readonly header: string;
  /** Dimmed beside the header, so that the cells need no unit. */
  readonly unit?: string | undefined;
  readonly align?: 'end' | undefined;
  /** CSS width; a column without takes the rest. */
  readonly width?: string | undefined;
  /** Shown from this screen width on. */
  readonly from?: 'lg' | 'xl' | '2xl' | '3xl' | undefined;
  readonly sort?: ((row: T) => SortValue) | undefined;
  readonly cell: (row: T) => ReactNode;
  /** On a phone: the card's first line, its right end, a labelled field, or nothing. */
  readonly card?: 'title' | 'beside' | 'field' | 'wide' | 'none' | undefined;
}

export const shownFrom: Record<NonNullable<Column<unknown>['from']>, string> = {
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
  '2xl': 'max-2xl:hidden',
  '3xl': 'max-3xl:hidden',
};
