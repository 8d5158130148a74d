'use client';

/** The partitions that a group reads as a strip: how far behind each is, in the levels of the landscape. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { GroupPartition } from '../../console/contracts/groups';
import { PartitionStrip, type StripCell } from '../charts/partition-strip';
import { unknownLook } from '../charts/strip-looks';
import { formatCount } from '../format/quantity';
import { levelLooks } from '../landscape/landscape-canvas';
import { LandscapeLegend } from '../landscape/landscape-legend';
import { levelOf } from '../landscape/landscape-rows';
import { usePaths } from '../layout/session-context';

export function LagStrip({ partitions }: { partitions: readonly GroupPartition[] }) {
  const t = useTranslations('group');
  const paths = usePaths();
  const cells = useMemo<StripCell[]>(
    () =>
      partitions.map(({ topic, partition, lag, clientId }) => ({
        key: `${topic} ${partition}`,
        look: lag === null ? unknownLook : (levelLooks[levelOf('records', lag)] ?? unknownLook),
        title: t('cell', {
          topic,
          partition,
          lag: lag === null ? t('cellLagUnknown') : t('cellLag', { lag: formatCount(lag) }),
          reader: clientId ?? t('cellNoReader'),
        }),
        href: paths.topic(topic),
      })),
    [partitions, paths, t],
  );
  return (
    <div className="sheet-x flex flex-col gap-2 pb-3">
      <PartitionStrip label={t('stripLabel', { count: partitions.length })} cells={cells} />
      <LandscapeLegend unit="records" />
    </div>
  );
}
