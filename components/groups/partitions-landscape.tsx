'use client';

/** The partitions of one group in the lag landscape, by records behind. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { useNearHistories } from '../charts/use-near-histories';
import type { HistoryAsk } from '../data/use-history';
import { LagLandscape } from '../landscape/lag-landscape';
import { LANDSCAPE_ROWS, type LandscapeLine } from '../landscape/landscape-rows';

export function PartitionsLandscape({ groupId }: { groupId: string }) {
  const t = useTranslations('landscape');
  const asks = useMemo(
    (): HistoryAsk[] => [{ series: 'group.lag', group: groupId, by: 'partition', top: LANDSCAPE_ROWS }],
    [groupId],
  );
  const { histories, ...near } = useNearHistories(asks);
  const history = histories[0];
  const lines = useMemo(
    () =>
      (history?.series ?? []).map(({ labels, points }): LandscapeLine => {
        const label = `${labels['topic'] ?? ''} ${labels['partition'] ?? ''}`;
        return { key: label, label, points };
      }),
    [history],
  );
  return (
    <LagLandscape
      {...near}
      title={t('partitions')}
      unit="records"
      lines={lines}
      total={history?.total ?? 0}
      empty={t('partitionsEmpty')}
      rowNoun={t('partition')}
    />
  );
}
