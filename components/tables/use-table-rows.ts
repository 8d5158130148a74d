'use client';

/** Rows in the order the URL asks for, kept still while values change. */
import { useMemo, useState } from 'react';
import type { Column } from './columns';
import { holdOrder, NamePlaces, parseSort, sortRows, sortText, type SortState } from './table-model';
import { useUrlParameter } from './url-state';

export interface TableRows<T> {
  readonly rows: readonly T[];
  readonly sort: SortState;
  /** Names what they are the answer to: the search, the filters, the order. */
  readonly question: string;
  readonly toggleSort: (column: Column<T>) => void;
  /** Rows that a fresh sort would move. */
  readonly moved: number;
  readonly sortAgain: () => void;
}

interface Shown {
  readonly question: string;
  readonly keys: readonly string[];
}

export function useTableRows<T>(
  all: readonly T[],
  columns: readonly Column<T>[],
  keyOf: (row: T) => string,
  defaultSort: string,
  /** Names the search and filters: for another one the order is a fresh one. */
  search: string,
  parameter = 'sort',
): TableRows<T> {
  const [text, setText] = useUrlParameter(parameter, defaultSort);
  const [round, setRound] = useState(0);
  const sort = useMemo(() => parseSort(text), [text]);
  const [names] = useState(() => ({ values: new NamePlaces(), keys: new NamePlaces() }));
  const sorted = useMemo(() => {
    const fallback = parseSort(defaultSort);
    const column = columns.find((each) => each.id === sort.column && each.sort !== undefined);
    const valueOf = column?.sort ?? columns.find((each) => each.id === fallback.column)?.sort ?? keyOf;
    const direction = column === undefined ? fallback.direction : sort.direction;
    return sortRows(all, valueOf, keyOf, direction, names);
  }, [all, columns, keyOf, sort, defaultSort, names]);

  const question = `${text} ${search} ${round}`;
  const [shown, setShown] = useState<Shown>({ question, keys: [] });
  const held = useMemo(
    () =>
      shown.question === question && shown.keys.length > 0
        ? holdOrder(sorted, shown.keys, keyOf)
        : { rows: sorted, moved: 0 },
    [shown, question, sorted, keyOf],
  );
  // A fresh order, or one that nobody moved in, is what the next round is held against.
  const needsFresh = shown.question !== question || shown.keys.length === 0;
  if ((needsFresh || held.moved === 0) && sorted.length > 0) {
    const keys = held.rows.map(keyOf);
    if (needsFresh || keys.length !== shown.keys.length) setShown({ question, keys });
  }

  return {
    rows: held.rows,
    sort,
    question,
    toggleSort: (column) => {
      const first = column.align === 'end' ? 'desc' : 'asc';
      const direction = sort.column === column.id ? (sort.direction === 'asc' ? 'desc' : 'asc') : first;
      setText(sortText({ column: column.id, direction }));
    },
    moved: held.moved,
    sortAgain: () => setRound((each) => each + 1),
  };
}
