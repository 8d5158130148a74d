'use client';

/**
 * What a change would do, or did, one thing a row, inside a dialog: it scrolls in itself, by keys too, and its head stays. The first
 * column names the row. It is read once and neither sorted nor chosen from, so it is no DataTable.
 */
import type { ReactNode } from 'react';
import { useTranslations } from 'next-intl';
import { cn } from '../ui/cn';

/** Rows that are drawn; the rest is said in a line. */
const SHOWN_MAX = 500;

export interface PreviewColumn<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** `end` for numbers. */
  readonly align?: 'end';
  /** What shall be read first. */
  readonly strong?: boolean;
}

interface PreviewTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly PreviewColumn<Row>[];
  keyOf: (row: Row) => string | number;
}

const place = (align: 'end' | undefined): string =>
  cn('px-2 first:pl-3 last:pr-3', align === 'end' ? 'text-right' : 'text-left');

export function PreviewTable<Row>({ label, rows, columns, keyOf }: PreviewTableProps<Row>) {
  const t = useTranslations('table');
  const [naming, ...others] = columns;
  return (
    <div
      className="max-h-80 min-h-24 shrink-0 overflow-auto rounded-sm border border-line"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="w-full text-sm">
        <caption className="sr-only">{label}</caption>
        <thead className="sticky top-0 bg-sunken text-xs text-dim">
          <tr>
            {columns.map(({ header, align }) => (
              <th key={header} scope="col" className={cn(place(align), 'py-1.5 font-medium')}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN_MAX).map((row) => (
            <tr key={keyOf(row)} className="border-t border-line/60 align-top">
              <th
                scope="row"
                className={cn(
                  place(naming?.align),
                  'py-1 tnum',
                  naming?.strong === true ? 'font-medium text-ink' : 'font-normal text-soft',
                )}
              >
                {naming?.cell(row)}
              </th>
              {others.map(({ header, cell, align, strong }) => (
                <td
                  key={header}
                  className={cn(
                    place(align),
                    'py-1 tnum',
                    strong === true ? 'font-medium text-ink' : 'text-soft',
                  )}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN_MAX ? (
        <p className="border-t border-line px-3 py-1.5 text-xs text-dim">
          {t('more', { count: rows.length - SHOWN_MAX })}
        </p>
      ) : null}
    </div>
  );
}
