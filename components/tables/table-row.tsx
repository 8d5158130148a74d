'use client';

/** One row of a table, 32 px high. A click anywhere opens its page; the real link is in its first cell. */
import { memo, type MouseEvent } from 'react';
import { useRouter } from 'next/navigation';
import type { Column } from './columns';

export const ROW_PX = 32;

// Rows are drawn by the dozen in a frame: their words are put together once.
const ROW = 'group/row transition-colors duration-[80ms] last:[&>td]:border-b-0 hover:bg-hover';
const ROW_THAT_OPENS = `${ROW} cursor-pointer`;
const CELL =
  'h-8 overflow-hidden border-b border-line/60 px-2 text-ellipsis whitespace-nowrap first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6';
const CELL_AT_END = `${CELL} text-right tnum`;
const height = { height: ROW_PX };

interface RowProps<T> {
  row: T;
  columns: readonly Column<T>[];
  /** Its place among all rows, the header being the first. */
  place: number;
  href: string | undefined;
  /** Opens it in place, where a row has no page of its own. */
  onOpen?: ((row: T) => void) | undefined;
}

function PlainRow<T>({ row, columns, place, href, onOpen }: RowProps<T>) {
  const router = useRouter();
  const opens = href !== undefined || onOpen !== undefined;
  const open = (event: MouseEvent): void => {
    if ((event.target as HTMLElement).closest('a, button, input') !== null) return;
    if (window.getSelection()?.toString() !== '') return;
    if (href === undefined) onOpen?.(row);
    else if (event.metaKey || event.ctrlKey) window.open(href, '_blank', 'noopener');
    else router.push(href);
  };
  return (
    <tr
      aria-rowindex={place}
      style={height}
      className={opens ? ROW_THAT_OPENS : ROW}
      onClick={opens ? open : undefined}
    >
      {columns.map((column) => (
        <td key={column.id} className={column.align === 'end' ? CELL_AT_END : CELL}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A row is drawn again only when it changed: scrolling draws the rows that come into view and no others. */
export const TableRow = memo(PlainRow) as typeof PlainRow;
