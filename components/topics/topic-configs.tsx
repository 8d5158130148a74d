'use client';

/** The settings of a topic: those that somebody set, on it or on the brokers, first; the defaults on demand. An operator changes them. */
import { useMemo, useState } from 'react';
import { useTranslations } from 'next-intl';
import type { Config } from '../../console/contracts/configs';
import type { TopicDetail } from '../../console/contracts/topics';
import { useConfigColumns } from '../configs/config-columns';
import { formatCount } from '../format/quantity';
import { useMayChange } from '../layout/session-context';
import { DataTable } from '../tables/data-table';
import { FilterChip } from '../tables/table-bar';
import { useTableRows } from '../tables/use-table-rows';
import { useUrlParameter } from '../tables/url-state';
import { AskedDialog } from '../ui/asked-dialog';
import { EmptyState } from '../ui/empty-state';
import { later } from '../ui/later';
import { Section } from '../ui/section';

const TopicConfigForm = later(async () => (await import('./topic-config-form')).TopicConfigForm);

const none: readonly Config[] = [];
const keyOf = (row: Config): string => row.name;

export function TopicConfigs({ topic }: { topic: TopicDetail | undefined }) {
  const t = useTranslations('topic');
  const words = useTranslations('configs');
  const may = useMayChange();
  const [shown, setShown] = useUrlParameter('settings', '');
  const [editing, setEditing] = useState<Config | null>(null);
  const all = topic?.configs ?? none;
  const chosen = useMemo(() => all.filter((config) => !config.isDefault), [all]);
  const own = all.filter((config) => config.source === 'topic').length;
  const columns = useConfigColumns(may && topic !== undefined ? setEditing : null);
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
      <AskedDialog
        asked={topic === undefined ? null : editing}
        onClose={() => setEditing(null)}
        shellOf={(config) => ({
          title: words('edit', { name: config.name }),
          description: t('editMeaning', { name: topic?.name ?? '' }),
          wide: true,
          form: (
            <TopicConfigForm topic={topic?.name ?? ''} config={config} onClose={() => setEditing(null)} />
          ),
        })}
      />
    </Section>
  );
}
