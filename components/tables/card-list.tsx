'use client';

/**
 * A table on a phone: one card a row, the name first, the rest as labelled fields.
 *
 * Cards are as high as their words, so that TanStack's virtualiser measures each and keeps what one reads in its place when those above turn out higher.
 * The table's rows have one height and farther to jump in a frame, which their own virtualiser is for (use-rows-in-view.ts): it cannot measure.
 */
import { useRef } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useRouter } from 'next/navigation';
import { cn } from '../ui/cn';
import { Skeleton } from '../ui/skeleton';
import type { Column } from './columns';
import { useDocumentTop } from './use-document-top';

const CARD_PX = 96;
const VIRTUAL_FROM = 60;
/** What the server draws for, which knows no window: the smaller of usual phones. */
const FIRST_VIEW = { width: 360, height: 740 };

interface CardListProps<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  hrefOf?: ((row: T) => string) | undefined;
  onOpen?: ((row: T) => void) | undefined;
}

const isField = ({ card = 'field' }: Pick<Column<never>, 'card'>): boolean =>
  card === 'field' || card === 'line';

function Card<T>({ row, columns }: { row: T; columns: readonly Column<T>[] }) {
  const of = (card: Column<T>['card']) => columns.filter((column) => column.card === card);
  return (
    <>
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 text-base font-medium break-words">
          {of('title').map((column) => (
            <div key={column.id}>{column.cell(row)}</div>
          ))}
        </div>
        <div className="shrink-0">
          {of('beside').map((column) => (
            <div key={column.id}>{column.cell(row)}</div>
          ))}
        </div>
      </div>
      {of('wide').map((column) => (
        <div key={column.id} className="mt-1.5 break-words">
          {column.cell(row)}
        </div>
      ))}
      <dl className="mt-1.5 grid grid-cols-2 gap-x-4 gap-y-0.5 text-xs">
        {columns.filter(isField).map((column) => {
          const isLine = column.card === 'line';
          return (
            <div key={column.id} className={cn('flex justify-between gap-2', isLine ? 'col-span-2' : '')}>
              <dt className={cn('text-dim', isLine ? 'shrink-0' : 'truncate')}>{column.header}</dt>
              <dd className={cn('tnum', isLine ? 'min-w-0 text-right wrap-anywhere' : 'shrink-0')}>
                {column.cell(row)}
              </dd>
            </div>
          );
        })}
      </dl>
      {of('foot').map((column) => (
        <div key={column.id} className="mt-1.5">
          {column.cell(row)}
        </div>
      ))}
    </>
  );
}

const SKELETON_CARDS = 4;

/** Cards that are on their way, of about the size that they will have. */
export function CardSkeletons({ label, columns }: { label: string; columns: readonly Column<never>[] }) {
  const fields = columns.filter(isField);
  return (
    <ul aria-label={label} aria-busy className="skeletons border-t border-line sm:hidden">
      {Array.from({ length: SKELETON_CARDS }, (_, card) => (
        <li key={card} className="border-b border-line px-4 py-3">
          <Skeleton className="w-2/5" />
          <div className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2">
            {fields.map(({ id }) => (
              <Skeleton key={id} className="h-2.5" />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

export function CardList<T>({ label, rows, columns, keyOf, hrefOf, onOpen }: CardListProps<T>) {
  const router = useRouter();
  const list = useRef<HTMLUListElement>(null);
  const virtual = rows.length >= VIRTUAL_FROM;
  const scrollMargin = useDocumentTop(list);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => CARD_PX,
    overscan: 8,
    enabled: virtual,
    scrollMargin,
    initialRect: FIRST_VIEW,
  });
  const shown = virtual
    ? virtualizer.getVirtualItems().map((item) => ({ index: item.index, top: item.start - scrollMargin }))
    : rows.map((_, index) => ({ index, top: 0 }));
  return (
    <ul
      ref={list}
      aria-label={label}
      className="relative border-t border-line"
      style={virtual ? { height: virtualizer.getTotalSize() } : undefined}
    >
      {shown.map(({ index, top }) => {
        const row = rows[index];
        if (row === undefined) return null;
        const href = hrefOf?.(row);
        return (
          <li
            key={keyOf(row)}
            ref={virtual ? virtualizer.measureElement : undefined}
            data-index={index}
            className="border-b border-line px-4 py-2.5 active:bg-hover"
            style={
              virtual
                ? { position: 'absolute', insetInline: 0, transform: `translateY(${top}px)` }
                : undefined
            }
            onClick={
              href === undefined && onOpen === undefined
                ? undefined
                : (event) => {
                    if ((event.target as HTMLElement).closest('a, button, input') !== null) return;
                    if (href === undefined) onOpen?.(row);
                    else router.push(href);
                  }
            }
          >
            <Card row={row} columns={columns} />
          </li>
        );
      })}
    </ul>
  );
}
