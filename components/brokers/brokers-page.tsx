'use client';

/** All brokers: who is up, who leads, what each carries. */
import { useCallback } from 'react';
import { useTranslations } from 'next-intl';
import type { Broker } from '../../console/contracts/brokers';
import { ofWholeCluster } from '../charts/change-marks';
import { ChartGrid } from '../charts/chart-grid';
import { ChartRangeProvider } from '../charts/chart-range';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import { RangePicker } from '../charts/range-picker';
import { useBrokers } from '../data/use-brokers';
import type { HistoryAsk } from '../data/use-history';
import { useOverview } from '../data/use-overview';
import { ListPage } from '../layout/list-page';
import { useClusterId, usePaths } from '../layout/session-context';
import { ListTable } from '../tables/list-table';
import { useTableRows } from '../tables/use-table-rows';
import { EmptyState } from '../ui/empty-state';
import { useBrokerColumns } from './broker-columns';
import { QuorumSection } from './quorum-section';

const keyOf = (broker: Broker): string => String(broker.id);
const none: readonly Broker[] = [];
const bytesIn: HistoryAsk[] = [{ series: 'broker.bytesInPerSec' }];
const bytesOut: HistoryAsk[] = [{ series: 'broker.bytesOutPerSec' }];
const cpu: HistoryAsk[] = [{ series: 'broker.cpuPercent' }];
const memory: HistoryAsk[] = [{ series: 'broker.memoryBytes' }];

/** How the leaders are spread over the brokers that are up. */
function Spread({ brokers }: { brokers: readonly Broker[] }) {
  const t = useTranslations('brokers');
  const leaders = brokers.filter(({ online }) => online).map(({ leaders: count }) => count ?? 0);
  const most = Math.max(...leaders, 0);
  const busiest = brokers.find((broker) => broker.online && broker.leaders === most);
  if (most === 0 || busiest === undefined) return null;
  const uneven = most - Math.min(...leaders) > 1;
  const percent = Math.max(0, Math.round(busiest.leaderSkewPercent ?? 0));
  return uneven ? t('busiest', { id: busiest.id, leaders: most, percent }) : t('evenLeaders');
}

function Answer({ brokers }: { brokers: readonly Broker[] }) {
  const t = useTranslations('brokers');
  const controllerId = useOverview(useClusterId()).data?.controllerId;
  const down = brokers.filter((broker) => !broker.online);
  const controller = brokers.find((broker) => broker.isController);
  const sumOf = (count: (broker: Broker) => number): number =>
    brokers.reduce((sum, broker) => sum + count(broker), 0);
  const elsewhere = sumOf((broker) => broker.leadersElsewhere);
  const outOfSync = sumOf((broker) => broker.outOfSync);
  return (
    <p>
      {down.length === 0
        ? t('allUp', { count: brokers.length })
        : t('someDown', { count: down.length, ids: down.map((broker) => broker.id).join(', ') })}{' '}
      {controller !== undefined
        ? t('controllerIs', { id: controller.id })
        : controllerId == null
          ? t('noController')
          : t('controllerElsewhere', { id: controllerId })}{' '}
      {outOfSync > 0 ? `${t('replicasOut', { count: outOfSync })} ` : null}
      {elsewhere > 0 ? `${t('imbalance', { count: elsewhere })} ` : null}
      {brokers.length > 1 && outOfSync + elsewhere === 0 ? <Spread brokers={brokers} /> : null}
    </p>
  );
}

export function BrokersPage() {
  const t = useTranslations('brokers');
  const paths = usePaths();
  const brokers = useBrokers(useClusterId());
  const columns = useBrokerColumns();
  const all = brokers.data?.items ?? none;
  const table = useTableRows(all, columns, keyOf, 'id', '');
  const nameBroker = useCallback(
    (_: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords | null => {
      const id = Number(labels['broker']);
      return Number.isInteger(id) ? { label: t('named', { id }), hue: id, href: paths.broker(id) } : null;
    },
    [paths, t],
  );
  return (
    <ChartRangeProvider fallback="1h" about={ofWholeCluster}>
      <ListPage
        title={t('title')}
        asked={brokers}
        failed={t('failed')}
        answer={<Answer brokers={all} />}
        actions={<RangePicker />}
      >
        <ListTable
          label={t('title')}
          table={table}
          columns={columns}
          keyOf={keyOf}
          hrefOf={(broker) => paths.broker(broker.id)}
          loading={brokers.isPending}
          empty={<EmptyState title={t('empty')}>{t('emptyMeaning')}</EmptyState>}
        />
        <QuorumSection />
        <div className="mt-8">
          <ChartGrid>
            <HistoryChart title={t('bytesIn')} kind="bytesPerSec" asks={bytesIn} nameLine={nameBroker} />
            <HistoryChart title={t('bytesOut')} kind="bytesPerSec" asks={bytesOut} nameLine={nameBroker} />
            <HistoryChart title={t('cpu')} kind="percent" asks={cpu} nameLine={nameBroker} />
            <HistoryChart title={t('memory')} kind="bytes" asks={memory} nameLine={nameBroker} />
          </ChartGrid>
        </div>
      </ListPage>
    </ChartRangeProvider>
  );
}
