'use client';

/** The bar over a table: search, filter chips, how many rows, and the chip that sorts again when values changed places. */
import { useState, type ReactNode } from 'react';
import { ListFilter, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { TABLE_SEARCH_ID } from '../layout/shortcuts';
import { cn } from '../ui/cn';

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

/**
 * Shows what is typed at once; the page answers in a transition, which the address is changed in: a key press never waits for 10,000 rows, and one
 * that comes before their answer has the next answer made instead.
 */
export function SearchField({ value, onChange, label }: SearchFieldProps) {
  const t = useTranslations('table');
  const [text, setText] = useState(value);
  const type = (next: string): void => {
    setText(next);
    onChange(next);
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
