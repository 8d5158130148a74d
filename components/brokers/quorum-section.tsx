'use client';

/** The metadata quorum: who leads it since which epoch, and how far each of its nodes has read. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Quorum, QuorumNode } from '../../console/contracts/quorum';
import { useBrokers, useQuorum } from '../data/use-brokers';
import { formatCount } from '../format/quantity';
import { useClusterId, usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { ListTable } from '../tables/list-table';
import { useTableRows } from '../tables/use-table-rows';
import { Section } from '../ui/section';
import { Moment } from '../ui/time';
import { Dash, Value } from '../ui/value';
import { BrokerLink } from './broker-name';

const none: readonly QuorumNode[] = [];
const keyOf = (node: QuorumNode): string => `${node.role === 'observer' ? 'o' : 'v'}${String(node.id)}`;

function useQuorumColumns(): Column<QuorumNode>[] {
  const t = useTranslations('quorum');
  const paths = usePaths();
  const brokers = useBrokers(useClusterId()).data?.items;
  return useMemo<Column<QuorumNode>[]>(
    () => [
      {
        id: 'id',
        header: t('node'),
        width: '9rem',
        sort: ({ id }) => id,
        cell: ({ id }) =>
          brokers?.some((broker) => broker.id === id) === true ? (
            <BrokerLink strong id={id} href={paths.broker(id)} />
          ) : (
            <span className="font-medium">{t('named', { id })}</span>
          ),
        card: 'title',
      },
      {
        id: 'role',
        header: t('role'),
        sort: ({ role }) => role,
        cell: ({ role }) => <span title={t(`meanings.${role}`)}>{t(`roles.${role}`)}</span>,
        card: 'beside',
      },
      {
        id: 'logEndOffset',
        header: t('logEndOffset'),
        align: 'end',
        width: '9rem',
        sort: ({ logEndOffset }) => logEndOffset,
        cell: ({ logEndOffset }) => <Value kind="count" value={logEndOffset} reason={t('notTold')} />,
      },
      {
        id: 'lag',
        header: t('lag'),
        align: 'end',
        width: '9rem',
        sort: ({ lag }) => lag,
        cell: ({ lag, logEndOffset }) => (
          <Value kind="count" value={lag} reason={t(logEndOffset === null ? 'notTold' : 'noLeaderMeaning')} />
        ),
      },
      {
        id: 'caughtUpAt',
        header: t('caughtUp'),
        align: 'end',
        width: '12rem',
        sort: ({ caughtUpAt }) => caughtUpAt,
        cell: ({ caughtUpAt }) =>
          caughtUpAt === null ? <Dash reason={t('notTold')} /> : <Moment at={caughtUpAt} />,
        card: 'line',
      },
    ],
    [brokers, paths, t],
  );
}

function Answer({ quorum }: { quorum: NonNullable<Quorum['quorum']> }) {
  const t = useTranslations('quorum');
  const { leaderId, leaderEpoch, highWatermark, nodes } = quorum;
  const voters = nodes.filter(({ role }) => role !== 'observer').length;
  return (
    <p className="sheet-x pb-3 text-sm text-soft">
      {leaderId === null
        ? t('noLeader', { epoch: leaderEpoch })
        : t('ledBy', { id: leaderId, epoch: leaderEpoch })}{' '}
      {t('decided', { offset: formatCount(highWatermark), voters })}
    </p>
  );
}

export function QuorumSection() {
  const t = useTranslations('quorum');
  const asked = useQuorum(useClusterId());
  const quorum = asked.data?.quorum;
  const columns = useQuorumColumns();
  const table = useTableRows(quorum?.nodes ?? none, columns, keyOf, 'id', '', 'quorumSort');
  return (
    <Section title={t('title')} className="mt-8">
      {quorum == null ? (
        <p className="sheet-x py-1.5 text-sm text-dim">
          {asked.isError && asked.data === undefined
            ? t('failed')
            : quorum === null
              ? t('none')
              : t('waiting')}
        </p>
      ) : (
        <>
          <Answer quorum={quorum} />
          <ListTable label={t('title')} table={table} columns={columns} keyOf={keyOf} />
        </>
      )}
    </Section>
  );
}
