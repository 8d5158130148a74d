'use client';

/** The columns of the list of groups. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Group } from '../../console/contracts/groups';
import { usePaths } from '../layout/session-context';
import type { TrendBook } from '../data/trend-book';
import { wordsOfNumbers } from '../format/ready-words';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { TwoLines } from '../tables/two-lines';
import { PageLink } from '../ui/page-link';
import { Value } from '../ui/value';
import { GroupState } from './group-state';
import { GroupStatusWord, wordOfTable } from './group-status';
import { LagTrend } from './lag-trend';
import { CatchUp, SecondsBehind } from './seconds-behind';
import { standingPlace } from './standing';

function Topics({ group: { topics, totalLag } }: { group: Group }) {
  const t = useTranslations('groups');
  const paths = usePaths();
  if (topics.length === 0) {
    return totalLag === null ? (
      <Value kind="count" value={null} reason={t('topicsUnknown')} />
    ) : (
      <span className="text-dim">{t('noTopics')}</span>
    );
  }
  return (
    <span title={topics.join(', ')}>
      {topics.slice(0, 3).map((topic, index) => (
        <span key={topic}>
          {index === 0 ? '' : ', '}
          <PageLink href={paths.topic(topic)} className="text-soft hover:text-accent">
            {topic}
          </PageLink>
        </span>
      ))}
      {topics.length > 3 ? (
        <span className="text-dim"> {t('andMore', { count: topics.length - 3 })}</span>
      ) : null}
    </span>
  );
}

/** What a row's last hour says; put together once for what many rows have. */
function useTrendWords(): (low: number, high: number) => string {
  const t = useTranslations('groups');
  return useMemo(
    () =>
      wordsOfNumbers((low = 0, high = 0) =>
        low === high
          ? t('trendLevel', { lag: formatCount(low) })
          : t('trendBetween', { low: formatCount(low), high: formatCount(high) }),
      ),
    [t],
  );
}

/** `trends`: the lag of the last hour of those in view. */
export function useGroupColumns(trends: TrendBook): Column<Group>[] {
  const t = useTranslations('groups');
  const paths = usePaths();
  const trendWords = useTrendWords();
  return useMemo<Column<Group>[]>(
    () => [
      {
        id: 'id',
        header: t('id'),
        width: '17%',
        sort: (group) => group.id,
        cell: (group) => (
          <PageLink
            href={paths.group(group.id)}
            title={group.id}
            className="font-medium text-ink hover:text-accent"
          >
            {group.id}
          </PageLink>
        ),
        card: 'title',
      },
      {
        id: 'status',
        header: t('status'),
        sort: standingPlace,
        cell: (group) => (
          <span title={group.reason ?? undefined} className="flex items-center gap-2.5">
            <GroupStatusWord status={group.status} reason={group.reason} className={wordOfTable} />
            {group.reason === null ? null : <TwoLines className="max-sm:hidden">{group.reason}</TwoLines>}
          </span>
        ),
        card: 'beside',
      },
      {
        id: 'reason',
        header: t('reason'),
        from: 'card',
        cell: (group) => (group.reason === null ? null : <span className="text-soft">{group.reason}</span>),
        card: 'wide',
      },
      {
        id: 'topics',
        header: t('topics'),
        width: '12%',
        from: 'lg',
        sort: (group) => group.topics.length,
        cell: (group) => <Topics group={group} />,
        card: 'wide',
      },
      {
        id: 'state',
        header: t('state'),
        width: '8.5rem',
        from: '2xl',
        sort: (group) => group.state,
        cell: (group) => <GroupState state={group.state} />,
      },
      {
        id: 'type',
        header: t('type'),
        width: '8rem',
        from: '3xl',
        sort: (group) => group.type,
        cell: (group) => <span className="text-soft">{group.type}</span>,
        card: 'none',
      },
      {
        id: 'members',
        header: t('members'),
        align: 'end',
        width: '5.5rem',
        sort: (group) => group.members,
        cell: (group) => <Value kind="count" value={group.members} reason={t('notDescribed')} />,
      },
      {
        id: 'totalLag',
        header: t('lag'),
        unit: t('recordsUnit'),
        align: 'end',
        width: '7.5rem',
        sort: (group) => group.totalLag,
        cell: (group) => (
          <Value
            kind="count"
            value={group.totalLag}
            reason={t('lagUnknown')}
            className={(group.totalLag ?? 0) > 0 ? 'text-ink' : 'text-dim'}
          />
        ),
      },
      {
        id: 'trend',
        header: t('trend'),
        width: '6.5rem',
        from: 'lg',
        cell: (group) => <LagTrend trends={trends} group={group.id} words={trendWords} />,
      },
      {
        id: 'lagSeconds',
        header: t('behind'),
        align: 'end',
        width: '10rem',
        sort: (group) => group.lagSeconds,
        cell: (group) => <SecondsBehind of={group} />,
      },
      {
        id: 'catchUp',
        header: t('catchUp'),
        align: 'end',
        width: '9rem',
        from: '2xl',
        sort: (group) => group.catchUpSeconds,
        cell: (group) => <CatchUp of={group} />,
      },
    ],
    [paths, t, trends, trendWords],
  );
}
