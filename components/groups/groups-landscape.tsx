'use client';

/** Groups of the cluster in the lag landscape, by seconds behind. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Group } from '../../console/contracts/groups';
import { useChartRange } from '../charts/chart-range';
import { useHistories, type HistoryAsk } from '../data/use-history';
import { LagLandscape } from '../landscape/lag-landscape';
import type { LandscapeLine } from '../landscape/landscape-rows';
import { useClusterId, usePaths } from '../layout/session-context';
import { standingPlace } from './standing';

/** An answer holds so many lines; of more groups, those are asked for that are furthest behind now. */
const ANSWERED_LINES = 200;
const ASKED_BY_NAME = 16;

function useAsks(groups: readonly Group[]): HistoryAsk[] {
  const names = JSON.stringify(
    groups.length <= ANSWERED_LINES
      ? []
      : [...groups]
          .sort((a, b) => standingPlace(b) - standingPlace(a))
          .slice(0, ASKED_BY_NAME)
          .map(({ id }) => id)
          .sort(),
  );
  return useMemo(() => {
    const asked = JSON.parse(names) as string[];
    if (asked.length === 0) return [{ series: 'group.lagSeconds' }];
    return asked.map((group): HistoryAsk => ({ series: 'group.lagSeconds', group }));
  }, [names]);
}

export function GroupsLandscape({ groups }: { groups: readonly Group[] }) {
  const t = useTranslations('landscape');
  const paths = usePaths();
  const { window: shown } = useChartRange();
  const { histories, failed, waiting } = useHistories(useClusterId(), useAsks(groups), shown);
  const lines = useMemo(
    () =>
      histories.flatMap((history) =>
        (history?.series ?? []).flatMap(({ labels, points }): LandscapeLine[] => {
          const group = labels['group'];
          if (group === undefined) return [];
          return [{ key: group, label: group, href: paths.group(group), points }];
        }),
      ),
    [paths, histories],
  );
  return (
    <LagLandscape
      title={t('groups')}
      unit="seconds"
      lines={lines}
      resolutionMs={Math.max(1_000, ...histories.map((history) => (history?.resolutionSeconds ?? 0) * 1_000))}
      state={failed ? 'error' : waiting ? 'loading' : 'ready'}
      empty={t('groupsEmpty')}
      rowNoun={t('group')}
    />
  );
}
