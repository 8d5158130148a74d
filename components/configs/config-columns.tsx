'use client';

/** What a table of settings shows of each, whoever they belong to: its name, and its value, which may be hidden or empty. */
import type { Config } from '../../console/contracts/configs';
import type { Column } from '../tables/columns';

export interface ConfigWords {
  readonly setting: string;
  readonly value: string;
  readonly hidden: string;
  readonly empty: string;
}

export function configColumns(words: ConfigWords): Column<Config>[] {
  return [
    {
      id: 'name',
      header: words.setting,
      sort: (row) => row.name,
      cell: (row) => <code className="text-ink">{row.name}</code>,
      card: 'title',
    },
    {
      id: 'value',
      header: words.value,
      cell: (row) =>
        row.sensitive ? (
          <span className="text-dim">{words.hidden}</span>
        ) : row.value === null || row.value === '' ? (
          <span className="text-dim">{words.empty}</span>
        ) : (
          <code title={row.value} className={row.isDefault ? 'text-soft' : 'font-medium text-ink'}>
            {row.value}
          </code>
        ),
      card: 'wide',
    },
  ];
}
