'use client';

/** The settings of a topic: those that somebody set, on it or on the brokers, first; the defaults on demand. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Config } from '../../console/contracts/configs';
import type { TopicDetail } from '../../console/contracts/topics';
import { configColumns } from '../configs/config-columns';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { FilterChip } from '../tables/table-bar';
import { useTableRows } from '../tables/use-table-rows';
import { useUrlParameter } from '../tables/url-state';
import { EmptyState } from '../ui/empty-state';
import { Section } from '../ui/section';

const none: readonly Config[] = [];
const keyOf = (row: Config): string => row.name;
const sources = ['topic', 'dynamicBroker', 'dynamicDefaultBroker', 'staticBroker', 'default'] as const;

export function TopicConfigs({ topic }: { topic: TopicDetail | undefined }) {
  const t = useTranslations('topic');
  const [shown, setShown] = useUrlParameter('settings', '');
  const all = topic?.configs ?? none;
  const chosen = useMemo(() => all.filter((config) => !config.isDefault), [all]);
  const own = all.filter((config) => config.source === 'topic').length;
  const columns = useMemo<Column<Config>[]>(
    () => [
      ...configColumns({
        setting: t('setting'),
        value: t('value'),
        hidden: t('hidden'),
        empty: t('emptyValue'),
      }),
      {
        id: 'source',
        header: t('source'),
        width: '14rem',
        sort: (row) => row.source,
        cell: (row) => {
          const known = sources.find((source) => source === row.source);
          return (
            <span className="text-soft">{known === undefined ? row.source : t(`sources.${known}`)}</span>
          );
        },
      },
    ],
    [t],
  );
  const table = useTableRows(shown === 'all' ? all : chosen, columns, keyOf, 'name', shown, 'setting');
  const toggle = (
    <FilterChip
      on={shown === 'all'}
      onToggle={() => setShown(shown === 'all' ? '' : 'all')}
      count={formatCount(all.length - chosen.length)}
    >
      {t('inherited')}
    </FilterChip>
  );
  return (
    <Section
      title={t('settings')}
      note={topic?.configs == null ? undefined : t('settingsCount', { own })}
      actions={topic?.configs == null ? undefined : toggle}
    >
      {topic?.configs === null ? (
        <EmptyState className="py-6" title={t('settingsUnknown')}>
          {t('settingsUnknownMeaning')}
        </EmptyState>
      ) : (
        <DataTable
          label={t('settings')}
          rows={table.rows}
          columns={columns}
          keyOf={keyOf}
          sort={table.sort}
          onSort={table.toggleSort}
          loading={topic === undefined}
          empty={
            <EmptyState className="py-6" title={t('noOwnSettings')}>
              {t('noOwnSettingsMeaning')}
            </EmptyState>
          }
        />
      )}
    </Section>
  );
}
