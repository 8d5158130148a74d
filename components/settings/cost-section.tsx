'use client';

/** What watching costs: requests and bytes by broker, how often what is asked, and what the console itself takes. */
import { useMemo, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { Cost } from '../../console/contracts/collection';
import { useCost } from '../data/use-cost';
import { quantityText } from '../format/quantity';
import { useSession } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { TwoLines } from '../tables/two-lines';
import { ErrorState } from '../ui/error-state';
import { Section } from '../ui/section';
import { Value } from '../ui/value';

type BrokerRow = Cost['brokers'][number];

const none: readonly BrokerRow[] = [];
const keyOf = (row: BrokerRow): string => String(row.brokerId);
const sumOf = (requests: Readonly<Record<string, number>>): number =>
  Object.values(requests).reduce((sum, each) => sum + each, 0);

function useBrokerColumns(): Column<BrokerRow>[] {
  const t = useTranslations('cost');
  const brokers = useTranslations('brokers');
  const locale = useLocale();
  return useMemo<Column<BrokerRow>[]>(
    () => [
      {
        id: 'broker',
        header: t('broker'),
        width: '12rem',
        cell: ({ brokerId }) => (brokerId === null ? t('bootstrap') : brokers('named', { id: brokerId })),
        card: 'title',
      },
      {
        id: 'requests',
        header: t('requests'),
        align: 'end',
        width: '9rem',
        cell: ({ requests }) => <Value kind="perMinute" value={sumOf(requests)} />,
      },
      {
        id: 'sent',
        header: t('sent'),
        align: 'end',
        width: '9rem',
        cell: ({ bytesSent }) => <Value kind="bytes" value={bytesSent} />,
      },
      {
        id: 'received',
        header: t('received'),
        align: 'end',
        width: '9rem',
        cell: ({ bytesReceived }) => <Value kind="bytes" value={bytesReceived} />,
      },
      {
        id: 'apis',
        header: t('apis'),
        cell: ({ requests }) => {
          const text = Object.entries(requests)
            .filter(([, count]) => count > 0)
            .sort(([, a], [, b]) => b - a)
            .map(([api, count]) => `${api}\u00a0${quantityText('perMinute', count, locale)}`)
            .join(', ');
          return (
            <span title={text}>
              <TwoLines className="tnum">{text}</TwoLines>
            </span>
          );
        },
        card: 'wide',
      },
    ],
    [brokers, locale, t],
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5">
      <dt className="text-xs text-dim">{name}</dt>
      <dd className="text-sm text-ink">{children}</dd>
    </div>
  );
}

function Facts({ cost }: { cost: Cost }) {
  const t = useTranslations('cost');
  const rounds = (cost.rounds * 60) / cost.windowSeconds;
  const perRound = (seconds: number): number | null => (rounds > 0 ? seconds / rounds : null);
  const { console: own } = cost;
  return (
    <dl className="sheet-x grid grid-cols-2 gap-x-6 gap-y-3 pb-4 md:grid-cols-4">
      <Fact name={t('requests')}>
        <Value kind="perMinute" value={sumOf(cost.perMinute.requests)} />
      </Fact>
      <Fact name={t('round')}>
        <Value kind="seconds" value={perRound(cost.perMinute.seconds)} />
      </Fact>
      <Fact name={t('roundCpu')}>
        <Value kind="seconds" value={perRound(cost.perMinute.cpuSeconds)} />
      </Fact>
      <Fact name={t('skipped')}>
        <Value kind="count" value={cost.skippedRounds} />
      </Fact>
      <Fact name={t('rows')}>
        <Value kind="count" value={cost.historyRowsPerHour} reason={t('rowsUnknown')} />
      </Fact>
      <Fact name={t('disk')}>
        <Value kind="bytes" value={own.diskBytesPerHour} reason={t('diskUnknown')} />
      </Fact>
      <Fact name={t('cpu')}>
        <Value kind="percent" value={own.cpuPercent} />
      </Fact>
      <Fact name={t('memory')}>
        <Value kind="bytes" value={own.memoryBytes} />
      </Fact>
    </dl>
  );
}

function Beats({ cost }: { cost: Cost }) {
  const t = useTranslations('cost');
  const locale = useLocale();
  return (
    <div className="sheet-x flex flex-col gap-1.5 pt-4 text-sm text-soft">
      <p>
        {cost.beats
          .map(({ name, everySeconds }) =>
            t('beat', { what: t(`beats.${name}`), every: quantityText('duration', everySeconds, locale) }),
          )
          .join(' · ')}
      </p>
      {cost.cannotTell.map(({ what, reason }) => (
        <p key={what}>{t('cannotTell', { what, reason })}</p>
      ))}
    </div>
  );
}

export function CostSection() {
  const t = useTranslations('cost');
  const locale = useLocale();
  const { cluster } = useSession();
  const cost = useCost(cluster.id);
  const columns = useBrokerColumns();
  const { data } = cost;
  return (
    <Section
      title={t('title', { cluster: cluster.name })}
      note={
        data === undefined
          ? undefined
          : t('window', { time: quantityText('duration', data.windowSeconds, locale) })
      }
    >
      {cost.isError && data === undefined ? (
        <ErrorState title={t('failed')} error={cost.error} onRetry={() => void cost.refetch()} />
      ) : (
        <>
          {data === undefined ? null : <Facts cost={data} />}
          <DataTable
            label={t('byBroker')}
            rows={data?.brokers ?? none}
            columns={columns}
            keyOf={keyOf}
            loading={cost.isPending}
          />
          {data === undefined ? null : <Beats cost={data} />}
        </>
      )}
    </Section>
  );
}
