'use client';

/** The columns of the list of clusters. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Cluster, ClusterStatus } from '../../console/contracts/clusters';
import { pagePaths } from '../../console/contracts/paths';
import { useMay, useSession } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { rowActionsColumn } from '../tables/row-actions';
import { PageLink } from '../ui/page-link';
import { Status, type Tone } from '../ui/status';
import { Moment } from '../ui/time';

const tones: Record<ClusterStatus, Tone> = {
  ok: 'ok',
  stale: 'warn',
  unreachable: 'bad',
  unknown: 'unknown',
};

export function useClusterHref(): (cluster: Cluster) => string {
  const { defaultClusterId } = useSession();
  return useCallback(({ id }) => pagePaths.overview(id === defaultClusterId ? null : id), [defaultClusterId]);
}

interface Actions {
  readonly edit: (cluster: Cluster) => void;
  readonly remove: (cluster: Cluster) => void;
}

function accessWords(cluster: Cluster, plain: string): string {
  const parts = [cluster.tls ? 'TLS' : null, cluster.saslMechanism];
  return parts.filter((part) => part !== null).join(', ') || plain;
}

export function useClusterColumns({ edit, remove }: Actions): Column<Cluster>[] {
  const t = useTranslations('clusterPage');
  const admin = useMay('admin');
  const hrefOf = useClusterHref();
  return useMemo(() => {
    const columns: Column<Cluster>[] = [
      {
        id: 'name',
        header: t('name'),
        width: '14rem',
        sort: (cluster) => cluster.name,
        cell: (cluster) => (
          <PageLink
            href={hrefOf(cluster)}
            title={cluster.name}
            className="block truncate font-medium text-ink hover:text-accent"
          >
            {cluster.name}
          </PageLink>
        ),
        card: 'title',
      },
      {
        id: 'status',
        header: t('status'),
        width: '9.5rem',
        sort: (cluster) => cluster.status,
        cell: (cluster) => (
          <Status tone={tones[cluster.status]} title={cluster.lastError ?? undefined}>
            {t(`statuses.${cluster.status}`)}
          </Status>
        ),
        card: 'beside',
      },
      {
        id: 'bootstrap',
        header: t('bootstrap'),
        cell: (cluster) => (
          <code title={cluster.bootstrap.join('\n')} className="text-soft">
            {cluster.bootstrap.join(', ')}
          </code>
        ),
        card: 'wide',
      },
      {
        id: 'access',
        header: t('access'),
        width: '9.5rem',
        from: 'lg',
        cell: (cluster) => <span className="text-soft">{accessWords(cluster, t('plain'))}</span>,
      },
      {
        id: 'brokerMetrics',
        header: t('brokerMetrics'),
        width: '8rem',
        from: '2xl',
        sort: (cluster) => Number(cluster.brokerMetrics),
        cell: (cluster) =>
          cluster.brokerMetrics ? (
            <span className="text-soft">{t('metricsRead')}</span>
          ) : (
            <span className="text-dim" title={t('metricsNoneMeaning')}>
              {t('metricsNone')}
            </span>
          ),
      },
      {
        id: 'source',
        header: t('source'),
        width: '11.5rem',
        from: 'lg',
        sort: (cluster) => cluster.source,
        cell: (cluster) => (
          <span className="whitespace-nowrap text-soft">
            {t(`sources.${cluster.source}`)}
            {cluster.readOnly ? `, ${t('readOnly')}` : null}
          </span>
        ),
        card: 'line',
      },
      {
        id: 'asOf',
        header: t('asOf'),
        width: '8.5rem',
        sort: (cluster) => cluster.asOf,
        cell: (cluster) =>
          cluster.asOf === null ? (
            <span className="text-dim">{t('never')}</span>
          ) : (
            <Moment at={cluster.asOf} />
          ),
        card: 'line',
      },
    ];
    if (!admin) return columns;
    const actions = rowActionsColumn<Cluster>(t('actions'), (cluster) =>
      cluster.source !== 'user'
        ? null
        : {
            edit: { label: t('editNamed', { name: cluster.name }), run: () => edit(cluster) },
            remove: { label: t('removeNamed', { name: cluster.name }), run: () => remove(cluster) },
          },
    );
    return [...columns, actions];
  }, [admin, edit, hrefOf, remove, t]);
}
