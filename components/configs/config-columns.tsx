'use client';

/**
 * What a table of settings shows of each, whoever they belong to: its name, its value, which may be hidden or empty, where that comes
 * from, and for those who may, the way to change it.
 */
import { useMemo } from 'react';
import { Pencil } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Config } from '../../console/contracts/configs';
import type { Column } from '../tables/columns';
import { Button } from '../ui/button';
import { useMeaningWords, useSourceWords } from './value-words';

function Value({ row }: { row: Config }) {
  const t = useTranslations('configs');
  const wordsOf = useMeaningWords();
  if (row.sensitive) return <span className="text-dim">{t('hidden')}</span>;
  if (row.value === null || row.value === '') return <span className="text-dim">{t('empty')}</span>;
  const words = wordsOf(row.name, row.value);
  return (
    <span title={row.value}>
      <code className={row.isDefault ? 'text-soft' : 'font-medium text-ink'}>{row.value}</code>
      {words === null ? null : <span className="ml-2 text-dim">{words}</span>}
    </span>
  );
}

/** `onEdit` null: for those who only look. */
export function useConfigColumns(onEdit: ((config: Config) => void) | null): Column<Config>[] {
  const t = useTranslations('configs');
  const sourceOf = useSourceWords();
  return useMemo(() => {
    const columns: Column<Config>[] = [
      {
        id: 'name',
        header: t('setting'),
        sort: (row) => row.name,
        cell: (row) => <code className="text-ink">{row.name}</code>,
        card: 'title',
      },
      { id: 'value', header: t('value'), cell: (row) => <Value row={row} />, card: 'wide' },
      {
        id: 'source',
        header: t('source'),
        width: '15rem',
        sort: (row) => row.source,
        cell: (row) => <span className="text-soft">{sourceOf(row.source)}</span>,
      },
    ];
    if (onEdit === null) return columns;
    columns.push({
      id: 'actions',
      header: t('actions'),
      width: '5rem',
      align: 'end',
      card: 'beside',
      cell: (row) =>
        row.readOnly ? null : (
          <Button
            tone="ghost"
            size="icon-sm"
            aria-label={t('edit', { name: row.name })}
            onClick={() => onEdit(row)}
          >
            <Pencil aria-hidden className="size-3.5" />
          </Button>
        ),
    });
    return columns;
  }, [onEdit, sourceOf, t]);
}
