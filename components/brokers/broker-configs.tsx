'use client';

/** The settings of a broker: those that were set first, all on demand; an operator changes what Kafka changes while it runs. */
import { useMemo, useState } from 'react';
import { Pencil } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { BrokerDetail } from '../../console/contracts/brokers';
import type { Config } from '../../console/contracts/configs';
import { configColumns } from '../configs/config-columns';
import { formatCount } from '../format/quantity';
import { useMayChange } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { FilterChip } from '../tables/table-bar';
import { useTableRows } from '../tables/use-table-rows';
import { useUrlParameter } from '../tables/url-state';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { Section } from '../ui/section';
import { BrokerConfigDialog } from './broker-config-dialog';

const none: readonly Config[] = [];
const keyOf = (row: Config): string => row.name;
const sources = ['dynamicBroker', 'dynamicDefaultBroker', 'staticBroker', 'default'] as const;

function useConfigColumns(edit: ((config: Config) => void) | null): Column<Config>[] {
  const t = useTranslations('brokerConfigs');
  return useMemo(() => {
    const columns: Column<Config>[] = [
      ...configColumns({ setting: t('setting'), value: t('value'), hidden: t('hidden'), empty: t('empty') }),
      {
        id: 'source',
        header: t('source'),
        width: '15rem',
        sort: (row) => row.source,
        cell: (row) => {
          const known = sources.find((source) => source === row.source);
          return (
            <span className="text-soft">{known === undefined ? row.source : t(`sources.${known}`)}</span>
          );
        },
      },
    ];
    if (edit === null) return columns;
    columns.push({
      id: 'actions',
      header: t('actions'),
      width: '5rem',
      align: 'end',
      card: 'wide',
      cell: (row) =>
        row.readOnly ? null : (
          <Button
            tone="ghost"
            size="icon-sm"
            aria-label={t('edit', { name: row.name })}
            onClick={() => edit(row)}
          >
            <Pencil aria-hidden className="size-3.5" />
          </Button>
        ),
    });
    return columns;
  }, [edit, t]);
}

export function BrokerConfigs({ broker }: { broker: BrokerDetail }) {
  const t = useTranslations('brokerConfigs');
  const may = useMayChange();
  const [shown, setShown] = useUrlParameter('settings', '');
  const [editing, setEditing] = useState<Config | null>(null);
  const all = broker.configs ?? none;
  const own = useMemo(() => all.filter((config) => !config.isDefault), [all]);
  const changeable = useMemo(() => all.filter((config) => !config.readOnly), [all]);
  const rows = shown === 'all' ? all : shown === 'changeable' ? changeable : own;
  const columns = useConfigColumns(may && broker.online ? setEditing : null);
  const table = useTableRows(rows, columns, keyOf, 'name', shown, 'setting');
  return (
    <Section
      title={t('title')}
      note={broker.configs === null ? undefined : t('count', { own: own.length })}
      actions={
        broker.configs === null ? undefined : (
          <>
            <FilterChip
              on={shown === 'changeable'}
              onToggle={() => setShown(shown === 'changeable' ? '' : 'changeable')}
              count={formatCount(changeable.length)}
            >
              {t('changeable')}
            </FilterChip>
            <FilterChip
              on={shown === 'all'}
              onToggle={() => setShown(shown === 'all' ? '' : 'all')}
              count={formatCount(all.length)}
            >
              {t('all')}
            </FilterChip>
          </>
        )
      }
    >
      {broker.configs === null ? (
        <EmptyState className="py-6" title={t('unknown')}>
          {t('unknownMeaning')}
        </EmptyState>
      ) : (
        <DataTable
          label={t('title')}
          rows={table.rows}
          columns={columns}
          keyOf={keyOf}
          sort={table.sort}
          onSort={table.toggleSort}
          empty={<EmptyState className="py-6" title={t('noneSet')} />}
        />
      )}
      <BrokerConfigDialog brokerId={broker.id} config={editing} onClose={() => setEditing(null)} />
    </Section>
  );
}
