'use client';

/**
 * The one table: 32 px rows, header cells that sort, only the rows near the view in the document (10,000 scroll as smoothly as
 * ten), and on a phone a list of cards instead. A row opens its page; its first cell holds the real link.
 */
import { useRef, type ReactNode } from 'react';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cn } from '../ui/cn';
import { Skeleton } from '../ui/skeleton';
import { useOnClient } from '../ui/time';
import { CardList, CardSkeletons } from './card-list';
import { useShownColumns, type Column } from './columns';
import type { SortState } from './table-model';
import { ROW_PX, TableRow } from './table-row';
import { useMedia } from './use-media';
import { useRowsInView } from './use-rows-in-view';

const SKELETON_ROWS = 8;
/** Fewer rows than this are simply all there. */
const VIRTUAL_FROM = 80;

export interface DataTableProps<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  hrefOf?: ((row: T) => string) | undefined;
  /** Opens a row in place, where rows have no pages of their own. The same function at each drawing. */
  onOpen?: ((row: T) => void) | undefined;
  sort?: SortState | undefined;
  onSort?: ((column: Column<T>) => void) | undefined;
  /** Names the search and the order that the rows are the answer to, where one can ask for others. */
  question?: string | undefined;
  loading?: boolean | undefined;
  empty?: ReactNode;
  /** Distance of the sticky header from the top of the window; null where it does not stick. */
  stickyPx?: number | null | undefined;
}

function HeaderCell<T>({
  column,
  sort,
  onSort,
}: { column: Column<T> } & Pick<DataTableProps<T>, 'sort' | 'onSort'>) {
  const active = sort?.column === column.id;
  const Arrow = sort?.direction === 'desc' ? ArrowDown : ArrowUp;
  const words = (
    <>
      {column.header}
      {column.unit === undefined ? null : <span className="font-normal text-dim">{column.unit}</span>}
    </>
  );
  return (
    <th
      scope="col"
      aria-sort={active ? (sort.direction === 'asc' ? 'ascending' : 'descending') : undefined}
      className={cn(
        'h-8 border-b border-line px-2 text-xs font-medium text-dim first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6',
        column.align === 'end' ? 'text-right' : 'text-left',
      )}
    >
      {column.sort === undefined || onSort === undefined ? (
        <span className="inline-flex items-baseline gap-1 align-middle whitespace-nowrap">{words}</span>
      ) : (
        <button
          type="button"
          onClick={() => onSort(column)}
          className={cn(
            'group/sort -mx-1 inline-flex items-center align-middle gap-1 rounded-xs px-1 whitespace-nowrap hover:text-ink',
            column.align === 'end' ? 'flex-row-reverse' : '',
            active ? 'text-ink' : '',
          )}
        >
          <span className="inline-flex items-baseline gap-1">{words}</span>
          <Arrow
            aria-hidden
            className={cn('size-3', active ? '' : 'opacity-0 group-hover/sort:opacity-60')}
          />
        </button>
      )}
    </th>
  );
}

function SkeletonRows({ columns }: { columns: readonly Column<never>[] }) {
  return Array.from({ length: SKELETON_ROWS }, (_, row) => (
    <tr key={row} style={{ height: ROW_PX }} className="border-b border-line/60">
      {columns.map((column) => (
        <td key={column.id} className="px-2 first:pl-4 last:pr-4 md:first:pl-6 md:last:pr-6">
          <Skeleton className={cn(column.align === 'end' ? 'ml-auto w-12' : 'w-3/5')} />
        </td>
      ))}
    </tr>
  ));
}

export function DataTable<T>(props: DataTableProps<T>) {
  const t = useTranslations('table');
  const onClient = useOnClient();
  const phone = useMedia('(width < 40rem)');
  const { label, rows, loading, empty } = props;
  const columns = useShownColumns(props.columns);
  if (loading !== true && rows.length === 0) return empty ?? null;
  // The server does not know how wide the page is: both are in what it draws, and the style sheet chooses. It no longer does where only one
  // is left: paper has a width of its own.
  const both = loading === true || !onClient;
  return (
    <>
      {!both && !phone ? null : loading === true ? (
        <CardSkeletons label={label} columns={props.columns} />
      ) : (
        <div className={both ? 'sm:hidden' : undefined}>
          <CardList
            label={label}
            rows={rows}
            columns={props.columns}
            keyOf={props.keyOf}
            hrefOf={props.hrefOf}
            onOpen={props.onOpen}
          />
        </div>
      )}
      {!both && phone ? null : (
        // A place of its own for what is placed absolutely in cells: words for screen readers alone would widen the document.
        <div
          className={cn(
            'relative max-w-full overflow-x-clip max-lg:overflow-x-auto',
            both ? 'max-sm:hidden' : '',
          )}
        >
          <table
            aria-label={label}
            aria-rowcount={rows.length + 1}
            aria-busy={loading}
            className="w-full table-fixed border-separate border-spacing-0 text-sm"
          >
            <colgroup>
              {columns.map((column) => (
                <col
                  key={column.id}
                  style={column.width === undefined ? undefined : { width: column.width }}
                />
              ))}
            </colgroup>
            <thead
              className={props.stickyPx === null ? '' : 'z-20 bg-canvas lg:sticky'}
              style={props.stickyPx === null ? undefined : { top: props.stickyPx ?? 48 }}
            >
              <tr aria-rowindex={1}>
                {columns.map((column) => (
                  <HeaderCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
                ))}
              </tr>
            </thead>
            {loading === true ? (
              <tbody aria-label={t('loading')} className="skeletons">
                <SkeletonRows columns={columns} />
              </tbody>
            ) : (
              <Body {...props} columns={columns} />
            )}
          </table>
        </div>
      )}
    </>
  );
}

function Body<T>({ rows, columns, keyOf, hrefOf, onOpen, question = '' }: DataTableProps<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last } = useRowsInView(body, rows.length, ROW_PX, VIRTUAL_FROM, question);
  const spacer = (count: number, key: string) =>
    count === 0 ? null : (
      <tr key={key} aria-hidden style={{ height: count * ROW_PX }}>
        <td colSpan={columns.length} />
      </tr>
    );
  return (
    <tbody ref={body}>
      {spacer(first, 'above')}
      {rows.slice(first, last + 1).map((row, index) => (
        <TableRow
          key={keyOf(row)}
          row={row}
          columns={columns}
          place={first + index + 2}
          href={hrefOf?.(row)}
          onOpen={onOpen}
        />
      ))}
      {spacer(rows.length - 1 - last, 'below')}
    </tbody>
  );
}
