'use client';

/** Groups of the cluster in the lag landscape, by seconds behind. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Group } from '../../console/contracts/groups';
import { useNearHistories } from '../charts/use-near-histories';
import type { HistoryAsk } from '../data/use-history';
import { LagLandscape } from '../landscape/lag-landscape';
import type { LandscapeLine } from '../landscape/landscape-rows';
import { usePaths } from '../layout/session-context';
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
  const { histories, ...near } = useNearHistories(useAsks(groups));
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
      {...near}
      title={t('groups')}
      unit="seconds"
      lines={lines}
      empty={t('groupsEmpty')}
      rowNoun={t('group')}
    />
  );
}
