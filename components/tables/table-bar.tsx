'use client';

/** The bar over a table: search, filter chips, how many rows, and the chip that sorts again when values changed places. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ListFilter, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { TABLE_SEARCH_ID } from '../layout/shortcuts';
import { cn } from '../ui/cn';

const WAIT_MS = 40;

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

/** Types at once, tells the page a moment later: a key press must never wait for 10,000 rows. */
export function SearchField({ value, onChange, label }: SearchFieldProps) {
  const t = useTranslations('table');
  const [text, setText] = useState(value);
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(
    () => () => {
      if (waiting.current !== null) clearTimeout(waiting.current);
    },
    [],
  );
  const type = (next: string): void => {
    setText(next);
    if (waiting.current !== null) clearTimeout(waiting.current);
    waiting.current = setTimeout(() => onChange(next), WAIT_MS);
  };
  return (
    <div className="relative w-full sm:w-64">
      <ListFilter aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-3.5 text-dim" />
      <input
        id={TABLE_SEARCH_ID}
        type="search"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            type('');
            event.currentTarget.blur();
          }
          // What Enter does must not be overtaken by what was typed before it.
          if (event.key === 'Enter' && waiting.current !== null) {
            clearTimeout(waiting.current);
            onChange(text);
          }
        }}
        className="h-7.5 w-full rounded-sm border border-line-strong bg-control pr-7 pl-8 text-sm text-ink transition-colors hover:border-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent/40 [&::-webkit-search-cancel-button]:hidden"
      />
      {text === '' ? null : (
        <button
          type="button"
          aria-label={t('clearSearch')}
          onClick={() => type('')}
          className="absolute top-1.5 right-1.5 rounded-xs p-0.5 text-dim hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

interface FilterChipProps {
  on: boolean;
  onToggle: () => void;
  children: ReactNode;
  count?: string | undefined;
}

export function FilterChip({ on, onToggle, children, count }: FilterChipProps) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onToggle}
      className={cn(
        'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs whitespace-nowrap transition-colors duration-[140ms]',
        on
          ? 'border-accent-line bg-accent-wash font-medium text-accent'
          : 'border-line-strong text-soft hover:bg-hover',
      )}
    >
      {children}
      {count === undefined ? null : <span className={cn('tnum', on ? '' : 'text-dim')}>{count}</span>}
    </button>
  );
}

interface TableBarProps {
  children: ReactNode;
  shown: number;
  total: number;
  moved: number;
  onSortAgain: () => void;
  loading?: boolean;
}

export function TableBar({ children, shown, total, moved, onSortAgain, loading }: TableBarProps) {
  const t = useTranslations('table');
  return (
    <div className="sheet-x flex min-h-12 flex-wrap items-center gap-2 border-t border-line py-2">
      {children}
      <div className="ml-auto flex items-center gap-3">
        {moved > 0 ? (
          <button
            type="button"
            onClick={onSortAgain}
            className="inline-flex h-7 items-center rounded-full border border-accent-line bg-accent-wash px-2.5 text-xs text-accent tnum"
          >
            {t('moved', { count: moved })}
          </button>
        ) : null}
        <p aria-live="polite" className="text-xs text-dim tnum">
          {loading === true
            ? ''
            : shown === total
              ? t('rows', { count: total })
              : t('rowsOf', { shown, total })}
        </p>
      </div>
    </div>
  );
}
