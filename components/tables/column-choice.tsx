'use client';

/**
 * Which of a table's columns are shown: by the width of the screen until somebody chooses, then as chosen, kept in this browser by the
 * name of the table. The first column is the row's name and always there. On phones rows are cards, and all of it applies to them, too.
 */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { Columns3 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '../ui/button';
import { Menu, MenuCheck, MenuContent, MenuGroup, MenuItem, MenuLine, MenuTrigger } from '../ui/menu';
import { useShownColumns, type Column } from './columns';
import { useMedia } from './use-media';

const EVENT = 'aquila-columns';
const keyOf = (table: string): string => `aquila-columns-${table}`;

function read(table: string): string | null {
  try {
    return window.localStorage.getItem(keyOf(table));
  } catch {
    return null;
  }
}

/** A browser that keeps nothing goes on with the columns that fit. */
function write(table: string, chosen: readonly string[] | null): void {
  try {
    if (chosen === null) window.localStorage.removeItem(keyOf(table));
    else window.localStorage.setItem(keyOf(table), chosen.join(','));
  } catch {
    return;
  }
  window.dispatchEvent(new Event(EVENT));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(EVENT, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(EVENT, listener);
    window.removeEventListener('storage', listener);
  };
}

interface ColumnChoice<T> {
  /** What the table gets: chosen columns are shown whatever the width. */
  readonly columns: readonly Column<T>[];
  readonly isShown: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  /** Back to what fits; null while nothing was chosen. */
  readonly reset: (() => void) | null;
}

export function useColumnChoice<T>(table: string, all: readonly Column<T>[]): ColumnChoice<T> {
  const stored = useSyncExternalStore(
    subscribe,
    () => read(table),
    () => null,
  );
  const phone = useMedia('(width < 40rem)');
  const shown = useShownColumns(all);
  // A card has room for all that it has a place for.
  const fitting = useMemo(
    () => (phone ? all.filter(({ card }) => card !== 'none') : shown),
    [all, phone, shown],
  );
  const chosen = useMemo(() => (stored === null ? null : new Set(stored.split(','))), [stored]);
  const columns = useMemo(
    () =>
      chosen === null
        ? all.filter((column) => column.optional !== true)
        : all
            .filter((column, index) => index === 0 || column.from === 'card' || chosen.has(column.id))
            .map((column) => (column.from === 'card' ? column : { ...column, from: undefined })),
    [all, chosen],
  );
  const isShown = useCallback(
    (id: string) =>
      chosen === null
        ? fitting.some((column) => column.id === id && column.optional !== true)
        : chosen.has(id),
    [chosen, fitting],
  );
  return {
    columns,
    isShown,
    toggle: (id) =>
      write(
        table,
        all.filter((column) => (column.id === id ? !isShown(id) : isShown(column.id))).map((each) => each.id),
      ),
    reset: chosen === null ? null : () => write(table, null),
  };
}

export function ColumnMenu<T>({ all, choice }: { all: readonly Column<T>[]; choice: ColumnChoice<T> }) {
  const t = useTranslations('table');
  return (
    <Menu>
      <MenuTrigger>
        <Button size="sm">
          <Columns3 aria-hidden className="size-3.5 text-dim" />
          {t('columns')}
        </Button>
      </MenuTrigger>
      <MenuContent>
        <MenuGroup aria-label={t('columns')}>
          {all.slice(1).map((column) => (
            <MenuCheck
              key={column.id}
              checked={choice.isShown(column.id)}
              onCheckedChange={() => choice.toggle(column.id)}
              // Choosing several is one visit.
              onSelect={(event) => event.preventDefault()}
            >
              {column.header}
            </MenuCheck>
          ))}
        </MenuGroup>
        <MenuLine />
        <MenuItem disabled={choice.reset === null} onSelect={() => choice.reset?.()}>
          {t('columnsThatFit')}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
