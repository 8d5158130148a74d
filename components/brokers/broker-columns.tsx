'use client';

/** The columns of the list of brokers. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Broker } from '../../console/contracts/brokers';
import { usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { Status } from '../ui/status';
import { Dash, Value } from '../ui/value';
import { BrokerLink } from './broker-name';

export function useBrokerColumns(): Column<Broker>[] {
  const t = useTranslations('brokers');
  const paths = usePaths();
  return useMemo<Column<Broker>[]>(() => {
    const noMetrics = t('noMetrics');
    return [
      {
        id: 'id',
        header: t('id'),
        width: '6rem',
        sort: (broker) => broker.id,
        cell: (broker) => <BrokerLink strong id={broker.id} href={paths.broker(broker.id)} />,
        card: 'title',
      },
      {
        id: 'status',
        header: t('status'),
        width: '10rem',
        sort: (broker) => (broker.online ? 1 : 0),
        cell: (broker) =>
          broker.online ? <Status tone="ok">{t('online')}</Status> : <Status tone="bad">{t('down')}</Status>,
        card: 'beside',
      },
      {
        id: 'host',
        header: t('address'),
        sort: (broker) => `${broker.host}:${broker.port}`,
        cell: (broker) => <code className="text-soft">{`${broker.host}:${broker.port}`}</code>,
        card: 'wide',
      },
      {
        id: 'role',
        header: t('role'),
        width: '8rem',
        from: 'xl',
        sort: (broker) => (broker.isController ? 0 : 1),
        cell: (broker) =>
          broker.isController ? t('controller') : <span className="text-dim">{t('broker')}</span>,
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
        id: 'leaders',
        header: t('leaders'),
        align: 'end',
        width: '6rem',
        sort: (broker) => broker.leaders,
        cell: (broker) => <Value kind="count" value={broker.leaders} />,
      },
      {
        id: 'replicas',
        header: t('replicas'),
        align: 'end',
        width: '6rem',
        from: 'lg',
        sort: (broker) => broker.replicas,
        cell: (broker) => <Value kind="count" value={broker.replicas} />,
      },
      {
        id: 'logDirBytes',
        header: t('size'),
        align: 'end',
        width: '7rem',
        sort: (broker) => broker.logDirBytes,
        cell: (broker) => <Value kind="bytes" value={broker.logDirBytes} reason={t('noLogDirs')} />,
      },
      {
        id: 'bytesInPerSec',
        header: t('bytesIn'),
        align: 'end',
        width: '8rem',
        sort: (broker) => broker.bytesInPerSec,
        cell: (broker) => <Value kind="bytesPerSec" value={broker.bytesInPerSec} reason={noMetrics} />,
      },
      {
        id: 'bytesOutPerSec',
        header: t('bytesOut'),
        align: 'end',
        width: '8rem',
        sort: (broker) => broker.bytesOutPerSec,
        cell: (broker) => <Value kind="bytesPerSec" value={broker.bytesOutPerSec} reason={noMetrics} />,
      },
      {
        id: 'messagesInPerSec',
        header: t('messagesIn'),
        align: 'end',
        width: '8rem',
        from: 'xl',
        sort: (broker) => broker.messagesInPerSec,
        cell: (broker) => <Value kind="perSec" value={broker.messagesInPerSec} reason={noMetrics} />,
      },
      {
        id: 'cpuPercent',
        header: t('cpu'),
        align: 'end',
        width: '6rem',
        from: 'lg',
        sort: (broker) => broker.cpuPercent,
        cell: (broker) => <Value kind="percent" value={broker.cpuPercent} reason={noMetrics} />,
      },
      {
        id: 'memoryBytes',
        header: t('memory'),
        align: 'end',
        width: '7rem',
        from: 'lg',
        sort: (broker) => broker.memoryBytes,
        cell: (broker) => <Value kind="bytes" value={broker.memoryBytes} reason={noMetrics} />,
      },
    ];
  }, [paths, t]);
}
