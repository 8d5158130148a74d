'use client';

/**
 * A table in the order that its address asks for; where one searches and filters in it, with the bar above that says how many rows of how
 * many are shown.
 */
import type { ReactNode } from 'react';
import { DataTable, type DataTableProps } from './data-table';
import { TableBar } from './table-bar';
import type { TableRows } from './use-table-rows';

interface ListTableProps<T> extends Omit<DataTableProps<T>, 'rows' | 'sort' | 'onSort' | 'question'> {
  table: TableRows<T>;
  /** How many there are before search and filters. */
  total?: number;
  /** Search, filters, columns. Without it a line divides the table from what is above; cards have their own. */
  bar?: ReactNode;
}

export function ListTable<T>({ table, total, bar, ...rest }: ListTableProps<T>) {
  const { rows, moved, sort, question, toggleSort, sortAgain } = table;
  const drawn = <DataTable rows={rows} sort={sort} onSort={toggleSort} question={question} {...rest} />;
  if (bar === undefined) return <div className="border-line sm:border-t">{drawn}</div>;
  return (
    <>
      <TableBar
        shown={rows.length}
        total={total ?? rows.length}
        moved={moved}
        onSortAgain={sortAgain}
        loading={rest.loading === true}
      >
        {bar}
      </TableBar>
      {drawn}
    </>
  );
}
