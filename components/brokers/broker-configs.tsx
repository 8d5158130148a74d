'use client';

/** The settings of a broker: those that were set first, all on demand; an operator changes what Kafka changes while it runs. */
import { useMemo, useState } from 'react';
import { useTranslations } from 'next-intl';
import type { BrokerDetail } from '../../console/contracts/brokers';
import type { Config } from '../../console/contracts/configs';
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

const BrokerConfigForm = later(async () => (await import('./broker-config-form')).BrokerConfigForm);

const none: readonly Config[] = [];
const keyOf = (row: Config): string => row.name;
export function BrokerConfigs({ broker }: { broker: BrokerDetail }) {
  const t = useTranslations('brokerConfigs');
  const words = useTranslations('configs');
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
      <AskedDialog
        asked={editing}
        onClose={() => setEditing(null)}
        shellOf={(config) => ({
          title: words('edit', { name: config.name }),
          description: t('editMeaning', { id: broker.id }),
          wide: true,
          form: <BrokerConfigForm brokerId={broker.id} config={config} onClose={() => setEditing(null)} />,
        })}
      />
    </Section>
  );
}
