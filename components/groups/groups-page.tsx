'use client';

/** All consumer groups: who keeps up, who is behind, who is gone. */
import { useCallback, useDeferredValue, useMemo, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { Group } from '../../console/contracts/groups';
import { AlertMe } from '../alerts/alert-me';
import { ofWholeCluster } from '../charts/change-marks';
import { MOST_SERIES, type ChartSeries } from '../charts/chart-data';
import { ChartRangeProvider } from '../charts/chart-range';
import { ChartGrid } from '../charts/chart-grid';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import { largestAsks } from '../charts/largest-asks';
import { RangePicker } from '../charts/range-picker';
import { useGroups } from '../data/use-groups';
import { useLagTrends } from '../data/use-trends';
import type { HistoryAsk } from '../data/use-history';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/quantity';
import { ListPage } from '../layout/list-page';
import { useClusterId, usePaths } from '../layout/session-context';
import { ColumnMenu, useColumnChoice } from '../tables/column-choice';
import { ListTable } from '../tables/list-table';
import { FilterChip, SearchField } from '../tables/table-bar';
import { useTableRows } from '../tables/use-table-rows';
import { useUrlParameter } from '../tables/url-state';
import { EmptyState } from '../ui/empty-state';
import { PageLink } from '../ui/page-link';
import { useGroupColumns } from './group-columns';
import { GroupsLandscape } from './groups-landscape';
import { useStatusName } from './group-status';
import { needsALook, standingPlace } from './standing';

const none: readonly Group[] = [];
const keyOf = (group: Group): string => group.id;

const isLagging = (group: Group): boolean => (group.totalLag ?? 0) > 0;
const wantsALook = (group: Group): boolean => needsALook(group.status);
const isIdle = (group: Group): boolean => group.state === 'Empty' || group.state === 'Dead';

function Answer({ groups }: { groups: readonly Group[] }) {
  const t = useTranslations('groups');
  const locale = useLocale();
  const paths = usePaths();
  const statusName = useStatusName();
  const idle = groups.filter(isIdle).length;
  const unknown = groups.filter((group) => group.totalLag === null).length;
  const bad = groups.filter(wantsALook).sort((a, b) => standingPlace(b) - standingPlace(a));
  const worst = bad[0] ?? groups.filter(isLagging).sort((a, b) => (b.totalLag ?? 0) - (a.totalLag ?? 0))[0];
  const link = (chunks: ReactNode) =>
    worst === undefined ? (
      chunks
    ) : (
      <PageLink href={paths.group(worst.id)} className="link">
        {chunks}
      </PageLink>
    );
  return (
    <p>
      {t('counted', { count: groups.length, idle })}{' '}
      {worst === undefined
        ? unknown > 0
          ? t('lagUnknownOf', { count: unknown })
          : t('noLag')
        : bad.length === 0
          ? t.rich('mostBehind', { group: worst.id, lag: formatCount(worst.totalLag ?? 0), link })
          : t.rich('mostInNeed', {
              count: bad.length,
              group: worst.id,
              status: statusName(worst.status).toLowerCase(),
              time:
                worst.lagSeconds === null
                  ? ''
                  : t('andTime', {
                      time: t(worst.lagSecondsAtLeast ? 'behindAtLeast' : 'behindBy', {
                        time: formatDuration(worst.lagSeconds * 1000, locale),
                      }),
                    }),
              link,
            })}
    </p>
  );
}

/** The names of the largest are a text that stays the same while they do. */
function useLagAsks(all: readonly Group[]): HistoryAsk[] {
  const names = JSON.stringify(
    [...all]
      .sort((a, b) => (b.totalLag ?? 0) - (a.totalLag ?? 0))
      .slice(0, MOST_SERIES)
      .map(({ id }) => id),
  );
  return useMemo(
    () => largestAsks('group.lag', 'group', JSON.parse(names) as string[], all.length),
    [names, all.length],
  );
}

function useFiltered(all: readonly Group[]) {
  const [search, setSearch] = useUrlParameter('q', '');
  const [filter, setFilter] = useUrlParameter('filter', '');
  const words = useDeferredValue(search.trim().toLowerCase());
  const rows = useMemo(
    () =>
      all.filter(
        (group) =>
          (words === '' ||
            group.id.toLowerCase().includes(words) ||
            group.topics.some((topic) => topic.toLowerCase().includes(words))) &&
          (filter !== 'look' || wantsALook(group)) &&
          (filter !== 'lagging' || isLagging(group)) &&
          (filter !== 'idle' || isIdle(group)),
      ),
    [all, filter, words],
  );
  return { rows, search, setSearch, filter, setFilter, question: `${words} ${filter}` };
}

export function GroupsPage() {
  const t = useTranslations('groups');
  const paths = usePaths();
  const clusterId = useClusterId();
  const groups = useGroups(clusterId);
  const all = groups.data?.items ?? none;
  const { rows, search, setSearch, filter, setFilter, question } = useFiltered(all);
  const allColumns = useGroupColumns(useLagTrends(clusterId));
  const choice = useColumnChoice('groups', allColumns);
  const { columns } = choice;
  const table = useTableRows(rows, columns, keyOf, '-status', question);
  const nameGroup = useCallback(
    (_: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords | null => {
      const group = labels['group'];
      return group === undefined ? null : { label: group, href: paths.group(group) };
    },
    [paths],
  );
  const lag = useLagAsks(all);
  const alertMe = useCallback(
    (series: readonly ChartSeries[]) => (
      <AlertMe offer={{ type: 'group-lag', unit: 'records' }} title={t('lagByGroup')} series={series} />
    ),
    [t],
  );
  const chip = (name: 'look' | 'lagging' | 'idle', test: (group: Group) => boolean) => (
    <FilterChip
      on={filter === name}
      onToggle={() => setFilter(filter === name ? '' : name)}
      count={formatCount(all.filter(test).length)}
    >
      {t(`filters.${name}`)}
    </FilterChip>
  );
  return (
    <ChartRangeProvider fallback="1h" about={ofWholeCluster}>
      <ListPage
        title={t('title')}
        asked={groups}
        failed={t('failed')}
        answer={<Answer groups={all} />}
        actions={<RangePicker />}
      >
        <ChartGrid columns={1}>
          <HistoryChart
            title={t('lagByGroup')}
            kind="count"
            noun={t('recordsUnit')}
            asks={lag}
            total={lag.length > 1 ? all.length : undefined}
            nameLine={nameGroup}
            empty={t('lagEmpty')}
            action={alertMe}
          />
          <GroupsLandscape />
        </ChartGrid>
        <ListTable
          label={t('title')}
          table={table}
          total={all.length}
          bar={
            <>
              <SearchField value={search} onChange={setSearch} label={t('search')} />
              <div role="group" aria-label={t('filterLabel')} className="flex flex-wrap gap-1.5">
                {chip('look', wantsALook)}
                {chip('lagging', isLagging)}
                {chip('idle', isIdle)}
              </div>
              <ColumnMenu all={allColumns.filter(({ from }) => from !== 'card')} choice={choice} />
            </>
          }
          columns={columns}
          keyOf={keyOf}
          hrefOf={(group) => paths.group(group.id)}
          loading={groups.isPending}
          empty={
            all.length === 0 ? (
              <EmptyState title={t('empty')}>{t('emptyMeaning')}</EmptyState>
            ) : (
              <EmptyState title={t('noMatch')}>{t('noMatchMeaning')}</EmptyState>
            )
          }
        />
      </ListPage>
    </ChartRangeProvider>
  );
}
