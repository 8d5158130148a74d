'use client';

/** The columns of the list of brokers. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Broker, BrokerMetricName } from '../../console/contracts/brokers';
import { hostPort } from '../../console/model/host-port';
import { usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { Dash, Value } from '../ui/value';
import { BrokerLink } from './broker-name';
import { Skew } from './broker-skew';
import { addressOf, BrokerStatus } from './broker-status';
import { useMissingMetricWords } from './missing-metric-words';

/** What the broker's own meters tell. */
function useMeterColumns(): Column<Broker>[] {
  const t = useTranslations('brokers');
  const missingWords = useMissingMetricWords();
  return useMemo<Column<Broker>[]>(() => {
    const reasonFor = (broker: Broker, name: BrokerMetricName): string =>
      missingWords(broker.missingMetrics, name);
    return [
      {
        id: 'bytesInPerSec',
        header: t('bytesIn'),
        align: 'end',
        width: '6rem',
        sort: (broker) => broker.bytesInPerSec,
        cell: (broker) => (
          <Value
            kind="bytesPerSec"
            value={broker.bytesInPerSec}
            reason={reasonFor(broker, 'bytesInPerSec')}
          />
        ),
      },
      {
        id: 'bytesOutPerSec',
        header: t('bytesOut'),
        align: 'end',
        width: '6rem',
        sort: (broker) => broker.bytesOutPerSec,
        cell: (broker) => (
          <Value
            kind="bytesPerSec"
            value={broker.bytesOutPerSec}
            reason={reasonFor(broker, 'bytesOutPerSec')}
          />
        ),
      },
      {
        id: 'messagesInPerSec',
        header: t('messagesIn'),
        align: 'end',
        width: '8rem',
        from: '2xl',
        sort: (broker) => broker.messagesInPerSec,
        cell: (broker) => (
          <Value
            kind="perSec"
            value={broker.messagesInPerSec}
            reason={reasonFor(broker, 'messagesInPerSec')}
          />
        ),
      },
      {
        id: 'cpuPercent',
        header: t('cpu'),
        align: 'end',
        width: '5rem',
        from: 'xl',
        sort: (broker) => broker.cpuPercent,
        cell: (broker) => (
          <Value kind="percent" value={broker.cpuPercent} reason={reasonFor(broker, 'cpuPercent')} />
        ),
      },
      {
        id: 'memoryBytes',
        header: t('memory'),
        align: 'end',
        width: '6rem',
        from: 'xl',
        sort: (broker) => broker.memoryBytes,
        cell: (broker) => (
          <Value kind="bytes" value={broker.memoryBytes} reason={reasonFor(broker, 'memoryBytes')} />
        ),
      },
    ];
  }, [missingWords, t]);
}

export function useBrokerColumns(): Column<Broker>[] {
  const t = useTranslations('brokers');
  const paths = usePaths();
  const meters = useMeterColumns();
  return useMemo<Column<Broker>[]>(() => {
    return [
      {
        id: 'id',
        header: t('id'),
        width: '8rem',
        sort: (broker) => broker.id,
        cell: (broker) => (
          <span className="flex items-center gap-2">
            <BrokerLink strong id={broker.id} href={paths.broker(broker.id)} />
            {broker.isController ? <span className="text-xs text-dim">{t('controllerNote')}</span> : null}
          </span>
        ),
        card: 'title',
      },
      {
        id: 'status',
        header: t('status'),
        width: '10rem',
        sort: (broker) => (broker.online ? 1 : 0),
        cell: (broker) => <BrokerStatus broker={broker} />,
        card: 'beside',
      },
      {
        id: 'host',
        header: t('address'),
        sort: hostPort,
        cell: (broker) => {
          const address = addressOf(broker);
          return address === null ? (
            <Dash reason={t('noAddress')} />
          ) : (
            <code className="text-soft">{address}</code>
          );
        },
        card: 'wide',
      },
      {
        id: 'rack',
        header: t('rack'),
        width: '7rem',
        from: '2xl',
        sort: (broker) => broker.rack,
        cell: (broker) => broker.rack ?? <Dash reason={t('noRack')} />,
        card: 'none',
      },
      {
        id: 'version',
        header: t('version'),
        width: '6.5rem',
        from: '2xl',
        sort: (broker) => broker.version,
        cell: (broker) => broker.version ?? <Dash reason={t('noVersion')} />,
      },
      {
        id: 'leaders',
        header: t('leaders'),
        align: 'end',
        width: '7rem',
        sort: (broker) => broker.leaders,
        cell: (broker) => (
          <>
            <Skew percent={broker.leaderSkewPercent} />
            <Value kind="count" value={broker.leaders} />
          </>
        ),
      },
      {
        id: 'replicas',
        header: t('replicas'),
        align: 'end',
        width: '7rem',
        from: 'xl',
        sort: (broker) => broker.replicas,
        cell: (broker) => (
          <>
            <Skew percent={broker.skewPercent} />
            <Value kind="count" value={broker.replicas} />
          </>
        ),
      },
      {
        id: 'outOfSync',
        header: t('outOfSync'),
        align: 'end',
        width: '6.5rem',
        from: 'lg',
        sort: (broker) => broker.outOfSync,
        cell: (broker) => (
          <Value kind="count" value={broker.outOfSync} className={broker.outOfSync > 0 ? 'text-warn' : ''} />
        ),
      },
      {
        id: 'leadersElsewhere',
        header: t('leadersElsewhere'),
        align: 'end',
        width: '8rem',
        from: '2xl',
        sort: (broker) => broker.leadersElsewhere,
        cell: (broker) => (
          <span title={t('leadersElsewhereMeaning')}>
            <Value kind="count" value={broker.leadersElsewhere} />
          </span>
        ),
      },
      {
        id: 'logDirBytes',
        header: t('size'),
        align: 'end',
        width: '6rem',
        sort: (broker) => broker.logDirBytes,
        cell: (broker) => (
          <Value
            kind="bytes"
            value={broker.logDirBytes}
            reason={t('noLogDirs')}
            className={broker.online ? '' : 'text-dim'}
          />
        ),
      },
      ...meters,
    ];
  }, [paths, t, meters]);
}
