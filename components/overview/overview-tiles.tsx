'use client';

/** The eight numbers of a cluster, each a link to its evidence, with the last hour where it is remembered. */
import type { ReactNode } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { Overview } from '../../console/contracts/overview';
import { usePaths } from '../layout/session-context';
import { formatClock } from '../format/duration';
import { quantityText } from '../format/quantity';
import { Tile, TileStrip } from '../ui/tile';
import { Value } from '../ui/value';
import { HourSpark } from './hour-spark';

export function OverviewTiles({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('overview');
  const locale = useLocale();
  const paths = usePaths();
  const loading = overview === undefined;
  const down = overview?.brokersDown ?? 0;
  const under = overview?.underReplicatedPartitions ?? 0;
  const offline = overview?.offlinePartitions ?? 0;
  const lagNote = (of: Overview | undefined): ReactNode => {
    if (of?.totalLagAtLeast === true) return t('lagAtLeast');
    if (of?.totalLagAsOf == null) return t('recordsLastHour');
    const atMs = Date.parse(of.totalLagAsOf);
    return (
      <span title={t('lagPartlyMeaning', { at: formatClock(atMs) })}>
        {t('lagPartlyOf', { at: formatClock(atMs, false) })}
      </span>
    );
  };
  const behind =
    overview?.health.facts.filter((fact) => fact.kind === 'group-behind' || fact.kind === 'group-stopped')
      .length ?? 0;
  return (
    <TileStrip label={t('tiles')}>
      <Tile
        label={t('brokers')}
        loading={loading}
        href={paths.brokers}
        value={<Value kind="count" value={overview?.brokers} />}
        tone={down > 0 ? 'bad' : undefined}
        note={
          down > 0
            ? t('brokersDown', { count: down })
            : overview?.controllerId == null
              ? t('noController')
              : t('controller', { id: overview.controllerId })
        }
      />
      <Tile
        label={t('topics')}
        loading={loading}
        href={paths.topics}
        value={<Value kind="count" value={overview?.topics} />}
        note={
          overview?.logDirBytes == null
            ? null
            : t('onDisk', { size: quantityText('bytes', overview.logDirBytes, locale) })
        }
      />
      <Tile
        label={t('partitions')}
        loading={loading}
        href={paths.topics}
        value={<Value kind="count" value={overview?.partitions} />}
        note={under + offline === 0 ? t('allInSync') : t('notInSync', { count: under })}
      />
      <Tile
        label={t('groups')}
        loading={loading}
        href={paths.groups}
        value={<Value kind="count" value={overview?.groups} />}
        note={
          behind > 0
            ? t('behind', { count: behind })
            : overview?.totalLag == null && overview?.groups !== 0
              ? t('lagNotKnown')
              : t('noneBehind')
        }
      />
      <Tile
        label={t('underReplicated')}
        loading={loading}
        href={`${paths.topics}?filter=under-replicated`}
        value={<Value kind="count" value={overview?.underReplicatedPartitions} />}
        tone={under > 0 ? 'warn' : undefined}
        note={t('lastHour')}
        spark={<HourSpark series="cluster.underReplicatedPartitions" />}
      />
      <Tile
        label={t('offline')}
        loading={loading}
        href={`${paths.topics}?filter=offline`}
        value={<Value kind="count" value={overview?.offlinePartitions} />}
        tone={offline > 0 ? 'bad' : undefined}
        note={t('lastHour')}
        spark={<HourSpark series="cluster.offlinePartitions" />}
      />
      <Tile
        label={t('totalLag')}
        loading={loading}
        href={`${paths.groups}?sort=-totalLag`}
        value={<Value kind="compact" value={overview?.totalLag} reason={t('lagUnknown')} />}
        note={lagNote(overview)}
        spark={<HourSpark series="cluster.totalLag" />}
      />
      <Tile
        label={t('alertsFiring')}
        loading={loading}
        href={`${paths.alerts}?filter=firing`}
        value={<Value kind="count" value={overview?.alertsFiring} />}
        tone={(overview?.alertsFiring ?? 0) > 0 ? 'bad' : undefined}
        note={t(overview?.alertsFiring === 0 ? 'noAlert' : 'ofThisCluster')}
      />
    </TileStrip>
  );
}
