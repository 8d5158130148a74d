'use client';

/** The partitions of one group in the lag landscape, by records behind. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { useChartRange } from '../charts/chart-range';
import { useHistory } from '../data/use-history';
import { LagLandscape } from '../landscape/lag-landscape';
import type { LandscapeLine } from '../landscape/landscape-rows';
import { useClusterId } from '../layout/session-context';

export function PartitionsLandscape({ groupId }: { groupId: string }) {
  const t = useTranslations('landscape');
  const { window: shown } = useChartRange();
  const answer = useHistory(useClusterId(), { series: 'group.lag', group: groupId, by: 'partition' }, shown);
  const series = answer.data?.series;
  const lines = useMemo(
    () =>
      (series ?? []).map(({ labels, points }): LandscapeLine => {
        const label = `${labels['topic'] ?? ''} ${labels['partition'] ?? ''}`;
        return { key: label, label, points };
      }),
    [series],
  );
  return (
    <LagLandscape
      title={t('partitions')}
      unit="records"
      lines={lines}
      resolutionMs={Math.max(1_000, (answer.data?.resolutionSeconds ?? 0) * 1_000)}
      state={answer.isError && answer.data === undefined ? 'error' : answer.isPending ? 'loading' : 'ready'}
      empty={t('partitionsEmpty')}
      rowNoun={t('partition')}
    />
  );
}
