'use client';

/**
 * Who writes to a topic just now, and the transactions that are open on it. What the brokers do not tell is said in words: an empty
 * table means nobody only where everybody told.
 */
import { useMemo, type ReactNode } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { ActiveProducer, OpenTransaction, Untold } from '../../console/contracts/topic-producers';
import type { TopicDetail } from '../../console/contracts/topics';
import { useTopicProducers } from '../data/use-topics';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/quantity';
import { useClusterId } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { useTableRows } from '../tables/use-table-rows';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Section } from '../ui/section';
import { Age, Moment } from '../ui/time';
import { Dash, Value } from '../ui/value';

const noProducers: readonly ActiveProducer[] = [];
const noTransactions: readonly OpenTransaction[] = [];
const keyOfProducer = ({ partition, producerId }: ActiveProducer): string => `${partition} ${producerId}`;
const keyOfTransaction = ({ transactionalId }: OpenTransaction): string => transactionalId;
const timeOrder = (at: string | null): number | null => (at === null ? null : Date.parse(at));

function useProducerColumns(): Column<ActiveProducer>[] {
  const t = useTranslations('producers');
  return useMemo(
    () => [
      {
        id: 'partition',
        header: t('partition'),
        width: '6.5rem',
        sort: (row) => row.partition,
        cell: (row) => (
          <span className="tnum">
            <span className="sm:hidden">{`${t('partition')} `}</span>
            {row.partition}
          </span>
        ),
        card: 'title',
      },
      {
        id: 'producerId',
        header: t('producerId'),
        sort: (row) => row.producerId,
        cell: (row) => (
          <code className="text-ink">
            {row.producerId}
            <span className="text-dim" title={t('epochMeaning')}>{` / ${row.producerEpoch}`}</span>
          </code>
        ),
        card: 'wide',
      },
      {
        id: 'lastTimestamp',
        header: t('lastRecord'),
        width: '11rem',
        sort: (row) => timeOrder(row.lastTimestamp),
        cell: (row) =>
          row.lastTimestamp === null ? <Dash reason={t('noRecord')} /> : <Moment at={row.lastTimestamp} />,
        card: 'line',
      },
      {
        id: 'lastSequence',
        header: t('lastSequence'),
        align: 'end',
        width: '9rem',
        sort: (row) => row.lastSequence,
        cell: (row) => <Value kind="count" value={row.lastSequence} reason={t('noRecord')} />,
      },
      {
        id: 'transaction',
        header: t('openSince'),
        align: 'end',
        width: '16rem',
        sort: (row) => row.transactionStartOffset,
        cell: (row) =>
          row.transactionStartOffset === null ? (
            <span className="text-dim">{t('noTransaction')}</span>
          ) : (
            <span title={row.transactionalId ?? undefined}>
              {t('fromOffset', { offset: formatCount(row.transactionStartOffset) })}
              {row.transactionalId === null ? null : <code className="ml-1.5">{row.transactionalId}</code>}
            </span>
          ),
        card: 'line',
      },
    ],
    [t],
  );
}

function useTransactionColumns(): Column<OpenTransaction>[] {
  const t = useTranslations('producers');
  const locale = useLocale();
  return useMemo(
    () => [
      {
        id: 'transactionalId',
        header: t('transactionalId'),
        sort: (row) => row.transactionalId,
        cell: (row) => <code className="text-ink">{row.transactionalId}</code>,
        card: 'title',
      },
      {
        id: 'state',
        header: t('state'),
        width: '10rem',
        sort: (row) => row.state,
        cell: (row) => row.state,
        card: 'beside',
      },
      {
        id: 'producerId',
        header: t('producerId'),
        width: '9rem',
        sort: (row) => row.producerId,
        cell: (row) => (
          <code>
            {row.producerId}
            <span className="text-dim">{` / ${row.producerEpoch}`}</span>
          </code>
        ),
      },
      {
        id: 'partitions',
        header: t('partitions'),
        align: 'end',
        width: '12rem',
        sort: (row) => row.partitions.length,
        cell: (row) => <span title={row.partitions.join(', ')}>{row.partitions.join(', ')}</span>,
      },
      {
        id: 'startedAt',
        header: t('age'),
        align: 'end',
        width: '8rem',
        sort: (row) => timeOrder(row.startedAt),
        cell: (row) =>
          row.startedAt === null ? <Dash reason={t('notBegun')} /> : <Age at={row.startedAt} />,
      },
      {
        id: 'timeoutMs',
        header: t('timeout'),
        align: 'end',
        width: '8rem',
        sort: (row) => row.timeoutMs,
        cell: (row) => formatDuration(row.timeoutMs, locale),
      },
    ],
    [locale, t],
  );
}

/** Whose answers are missing, and why. The server's sentence has the names; the code says what it means. */
function UntoldLines({ untold }: { untold: readonly Untold[] }) {
  const t = useTranslations('producers');
  if (untold.length === 0) return null;
  return (
    <ul className="sheet-x flex flex-col gap-1 pb-3 text-sm text-soft">
      {untold.map(({ code, brokers, reason }) => (
        <li key={`${code} ${reason}`}>{t(`untold.${code}`, { brokers: brokers.join(', '), reason })}</li>
      ))}
    </ul>
  );
}

/** What holds readers of committed records back is known of every cluster: the last stable offset stands still. */
function HeldBack({ topic }: { topic: TopicDetail | undefined }) {
  const t = useTranslations('producers');
  // The offsets themselves are of different rounds: only what was read together tells.
  const held = (topic?.partitions ?? []).filter(({ hasOpenTransaction }) => hasOpenTransaction === true);
  if (held.length === 0) return null;
  const [first] = held;
  return (
    <p className="sheet-x pb-3 text-sm text-soft">
      {t('heldBack', {
        count: held.length,
        partition: first?.partition ?? 0,
        offset: formatCount(first?.lastStableOffset ?? 0),
      })}
    </p>
  );
}

/** How many there are, where everybody told. */
function countedOf(
  told: { items: readonly unknown[]; unknown: readonly Untold[] } | undefined,
): string | undefined {
  return told === undefined || told.unknown.length > 0 ? undefined : formatCount(told.items.length);
}

function nobody(title: string, meaning: string): ReactNode {
  return (
    <EmptyState className="py-6" title={title}>
      {meaning}
    </EmptyState>
  );
}

export function TopicProducers({ name, topic }: { name: string; topic: TopicDetail | undefined }) {
  const t = useTranslations('producers');
  const answer = useTopicProducers(useClusterId(), name);
  const { producers, transactions } = answer.data ?? {};
  const producerColumns = useProducerColumns();
  const transactionColumns = useTransactionColumns();
  const writers = useTableRows(
    producers?.items ?? noProducers,
    producerColumns,
    keyOfProducer,
    '-lastTimestamp',
    '',
    'producers',
  );
  const open = useTableRows(
    transactions?.items ?? noTransactions,
    transactionColumns,
    keyOfTransaction,
    'startedAt',
    '',
    'transactions',
  );
  const failed = answer.isError && answer.data === undefined;
  return (
    <>
      <Section title={t('title')} note={countedOf(producers)}>
        {failed ? (
          <ErrorState title={t('failed')} error={answer.error} onRetry={() => void answer.refetch()} />
        ) : (
          <>
            <UntoldLines untold={producers?.unknown ?? []} />
            <DataTable
              label={t('title')}
              rows={writers.rows}
              columns={producerColumns}
              keyOf={keyOfProducer}
              sort={writers.sort}
              onSort={writers.toggleSort}
              loading={answer.isPending}
              empty={producers?.unknown.length === 0 ? nobody(t('none'), t('noneMeaning')) : null}
            />
          </>
        )}
      </Section>
      {failed ? null : (
        <Section title={t('openTransactions')} note={countedOf(transactions)}>
          <HeldBack topic={topic} />
          <UntoldLines untold={transactions?.unknown ?? []} />
          <DataTable
            label={t('openTransactions')}
            rows={open.rows}
            columns={transactionColumns}
            keyOf={keyOfTransaction}
            sort={open.sort}
            onSort={open.toggleSort}
            loading={answer.isPending}
            empty={transactions?.unknown.length === 0 ? nobody(t('noneOpen'), t('noneOpenMeaning')) : null}
          />
        </Section>
      )}
    </>
  );
}
