'use client';

/** One broker: what it carries, its last hours, its log directories, its partitions. */
import { useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { BrokerDetail, BrokerMetricName } from '../../console/contracts/brokers';
import { ChartRangeProvider } from '../charts/chart-range';
import { RangePicker } from '../charts/range-picker';
import { isProblem } from '../data/api-client';
import { useBroker } from '../data/use-brokers';
import { formatDuration } from '../format/duration';
import { formatCount, quantityText } from '../format/quantity';
import { PageHeader } from '../layout/page-header';
import { useClusterId, usePaths } from '../layout/session-context';
import { NotFoundState } from '../layout/not-found-state';
import { CopyButton } from '../ui/copy-button';
import { ErrorState } from '../ui/error-state';
import { Section } from '../ui/section';
import { Skeleton } from '../ui/skeleton';
import { Status } from '../ui/status';
import { Tile, TileStrip } from '../ui/tile';
import { useNow } from '../ui/time';
import { Value } from '../ui/value';
import { BrokerCharts } from './broker-charts';
import { BrokerConfigs } from './broker-configs';
import { BrokerPartitions } from './broker-partitions';
import { useSkewWords } from './broker-skew';
import { addressOf, BrokerStatus } from './broker-status';
import { useMissingMetricWords } from './missing-metric-words';

function Answer({ broker }: { broker: BrokerDetail }) {
  const t = useTranslations('brokers');
  const locale = useLocale();
  const now = useNow();
  const behind = broker.partitions.filter((partition) => !partition.inSync).length;
  if (!broker.online) {
    return (
      <p>
        {broker.lastSeen === null
          ? t('unreachableYet')
          : t('unreachableFor', {
              age: now === 0 ? '…' : formatDuration(now - Date.parse(broker.lastSeen), locale),
            })}{' '}
        {t('shouldHold', { replicas: broker.replicas ?? 0 })}{' '}
        {behind === 0 ? null : t('replicasOut', { count: behind })}
      </p>
    );
  }
  return (
    <p>
      {t('carries', { leaders: broker.leaders ?? 0, replicas: broker.replicas ?? 0 })}{' '}
      {behind === 0 ? t('replicasInSync') : t('replicasBehind', { count: behind })}
    </p>
  );
}

function Tiles({ broker }: { broker: BrokerDetail | undefined }) {
  const t = useTranslations('brokers');
  const missingWords = useMissingMetricWords();
  const skewWords = useSkewWords();
  const reasonFor = (name: BrokerMetricName): string => missingWords(broker?.missingMetrics, name);
  const loading = broker === undefined;
  return (
    <TileStrip label={t('tiles')}>
      <Tile
        label={t('leaders')}
        loading={loading}
        value={<Value kind="count" value={broker?.leaders} />}
        note={skewWords(broker?.leaderSkewPercent ?? null)}
      />
      <Tile
        label={t('replicas')}
        loading={loading}
        value={<Value kind="count" value={broker?.replicas} />}
        note={skewWords(broker?.skewPercent ?? null)}
      />
      <Tile
        label={t('size')}
        loading={loading}
        value={<Value kind="bytes" value={broker?.logDirBytes} reason={t('noLogDirs')} />}
      />
      <Tile
        label={t('bytesIn')}
        loading={loading}
        value={<Value kind="bytesPerSec" value={broker?.bytesInPerSec} reason={reasonFor('bytesInPerSec')} />}
      />
      <Tile
        label={t('bytesOut')}
        loading={loading}
        value={
          <Value kind="bytesPerSec" value={broker?.bytesOutPerSec} reason={reasonFor('bytesOutPerSec')} />
        }
      />
      <Tile
        label={t('messagesIn')}
        loading={loading}
        value={
          <Value kind="perSec" value={broker?.messagesInPerSec} reason={reasonFor('messagesInPerSec')} />
        }
      />
      <Tile
        label={t('cpu')}
        loading={loading}
        value={<Value kind="percent" value={broker?.cpuPercent} reason={reasonFor('cpuPercent')} />}
      />
      <Tile
        label={t('memory')}
        loading={loading}
        value={<Value kind="bytes" value={broker?.memoryBytes} reason={reasonFor('memoryBytes')} />}
      />
    </TileStrip>
  );
}

function LogDirs({ broker }: { broker: BrokerDetail }) {
  const t = useTranslations('brokers');
  const locale = useLocale();
  if (broker.logDirs.length === 0) return null;
  return (
    <Section title={t('logDirs')} note={formatCount(broker.logDirs.length)}>
      <ul>
        {broker.logDirs.map((dir) => (
          <li
            key={dir.path}
            className="sheet-x flex min-h-8 items-center gap-3 border-t border-line/60 text-sm"
          >
            <code className="min-w-0 flex-1 break-all text-soft">{dir.path}</code>
            {dir.error === null ? null : <Status tone="bad">{dir.error}</Status>}
            {dir.totalBytes === null || dir.usableBytes === null ? null : (
              <span className="text-xs text-dim tnum">
                {t('freeOf', {
                  free: quantityText('bytes', dir.usableBytes, locale),
                  total: quantityText('bytes', dir.totalBytes, locale),
                })}
              </span>
            )}
            <Value kind="bytes" value={dir.sizeBytes} reason={t('noLogDirs')} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function BrokerPage({ brokerId }: { brokerId: number }) {
  const t = useTranslations('brokers');
  const paths = usePaths();
  const answer = useBroker(useClusterId(), brokerId);
  const broker = answer.data;
  const about = useMemo(() => ({ of: 'broker' as const, id: brokerId }), [brokerId]);
  const parent = useMemo(() => ({ href: paths.brokers, label: t('title') }), [paths, t]);
  if (isProblem(answer.error, 'not-found')) {
    return (
      <NotFoundState title={t('unknown', { id: brokerId })} href={paths.brokers} back={t('backToList')} />
    );
  }
  const failed = answer.isError && broker === undefined;
  const address = broker === undefined ? null : addressOf(broker);
  return (
    <ChartRangeProvider fallback="1h" about={about}>
      <PageHeader
        parent={parent}
        title={t('named', { id: brokerId })}
        beside={
          broker === undefined ? undefined : (
            <>
              <BrokerStatus broker={broker} />
              {broker.version === null ? null : (
                <span className="text-sm text-soft">{t('versionIs', { version: broker.version })}</span>
              )}
              {broker.isController ? <span className="text-sm text-soft">{t('controller')}</span> : null}
              {address === null ? null : (
                <span className="flex items-center text-dim">
                  <code>{address}</code>
                  <CopyButton iconOnly text={address} />
                </span>
              )}
            </>
          )
        }
        answer={
          failed ? undefined : broker === undefined ? (
            <Skeleton className="mt-1 w-80" />
          ) : (
            <Answer broker={broker} />
          )
        }
        actions={<RangePicker />}
      />
      {failed ? (
        <ErrorState title={t('failed')} error={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <>
          <Tiles broker={broker} />
          <BrokerCharts brokerId={brokerId} />
          {broker === undefined ? null : <LogDirs broker={broker} />}
          <BrokerPartitions broker={broker} />
          {broker === undefined ? null : <BrokerConfigs broker={broker} />}
        </>
      )}
    </ChartRangeProvider>
  );
}
