'use client';

/** Who reads a topic, and how far behind. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { TopicDetail } from '../../console/contracts/topics';
import { formatCount } from '../format/quantity';
import { GroupState } from '../groups/group-state';
import { usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { useTableRows } from '../tables/use-table-rows';
import { EmptyState } from '../ui/empty-state';
import { PageLink } from '../ui/page-link';
import { Section } from '../ui/section';
import { Value } from '../ui/value';

type Row = TopicDetail['groups'][number];
const none: readonly Row[] = [];
const keyOf = (row: Row): string => row.id;

export function TopicGroups({ topic }: { topic: TopicDetail | undefined }) {
  const t = useTranslations('topic');
  const paths = usePaths();
  const all = topic?.groups ?? none;
  const columns = useMemo<Column<Row>[]>(
    () => [
      {
        id: 'id',
        header: t('group'),
        sort: (row) => row.id,
        cell: (row) => (
          <PageLink href={paths.group(row.id)} className="font-medium text-ink hover:text-accent">
            {row.id}
          </PageLink>
        ),
        card: 'title',
      },
      {
        id: 'state',
        header: t('state'),
        width: '14rem',
        sort: (row) => row.state,
        cell: (row) => <GroupState state={row.state} />,
        card: 'beside',
      },
      {
        id: 'members',
        header: t('members'),
        align: 'end',
        width: '8rem',
        sort: (row) => row.members,
        cell: (row) => <Value kind="count" value={row.members} reason={t('notDescribed')} />,
      },
      {
        id: 'lag',
        header: t('lagHere'),
        unit: t('recordsUnit'),
        align: 'end',
        width: '12rem',
        sort: (row) => row.lag,
        cell: (row) => <Value kind="count" value={row.lag} reason={t('nothingCommitted')} />,
      },
    ],
    [paths, t],
  );
  const table = useTableRows(all, columns, keyOf, '-lag', '', 'groups');
  return (
    <Section title={t('groups')} note={topic === undefined ? undefined : formatCount(all.length)}>
      <DataTable
        label={t('groups')}
        rows={table.rows}
        columns={columns}
        keyOf={keyOf}
        hrefOf={(row) => paths.group(row.id)}
        sort={table.sort}
        onSort={table.toggleSort}
        loading={topic === undefined}
        empty={
          <EmptyState className="py-6" title={t('noGroups')}>
            {t('noGroupsMeaning')}
          </EmptyState>
        }
      />
    </Section>
  );
}
