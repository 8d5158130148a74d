'use client';

/** Groups of the cluster in the lag landscape, by seconds behind: those that were furthest behind in the window. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { useNearHistories } from '../charts/use-near-histories';
import type { HistoryAsk } from '../data/use-history';
import { LagLandscape } from '../landscape/lag-landscape';
import { LANDSCAPE_ROWS, type LandscapeLine } from '../landscape/landscape-rows';
import { usePaths } from '../layout/session-context';

const asks: readonly HistoryAsk[] = [{ series: 'group.lagSeconds', top: LANDSCAPE_ROWS }];

export function GroupsLandscape() {
  const t = useTranslations('landscape');
  const paths = usePaths();
  const { histories, ...near } = useNearHistories(asks);
  const history = histories[0];
  const lines = useMemo(
    () =>
      (history?.series ?? []).flatMap(({ labels, points }): LandscapeLine[] => {
        const group = labels['group'];
        if (group === undefined) return [];
        return [{ key: group, label: group, href: paths.group(group), points }];
      }),
    [paths, history],
  );
  return (
    <LagLandscape
      {...near}
      title={t('groups')}
      unit="seconds"
      lines={lines}
      total={history?.total ?? 0}
      empty={t('groupsEmpty')}
      rowNoun={t('group')}
    />
  );
}
