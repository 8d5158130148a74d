'use client';

/** The clusters that are watched: where each comes from, whether it answers; an administrator adds, changes and removes. */
import { useCallback, useState } from 'react';
import { useRouter } from 'next/navigation';
import { Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Cluster } from '../../console/contracts/clusters';
import { useProblemWords } from '../data/problem-words';
import { useClusters, useRemoveCluster } from '../data/use-clusters';
import { FormWords } from '../layout/language/form-words';
import { ListPage } from '../layout/list-page';
import { useMay } from '../layout/session-context';
import { ListTable } from '../tables/list-table';
import { useTableRows } from '../tables/use-table-rows';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { later, WhenAsked } from '../ui/later';
import { toast } from '../ui/toaster';
import { useClusterColumns, useClusterHref } from './cluster-columns';
import { NEW_CLUSTER } from './new-cluster';

const ClusterDialog = later(async () => (await import('./cluster-dialog')).ClusterDialog);

const none: readonly Cluster[] = [];
const keyOf = (cluster: Cluster): string => cluster.id;

function Answer({ clusters }: { clusters: readonly Cluster[] }) {
  const t = useTranslations('clusterPage');
  const silent = clusters.filter(({ status }) => status === 'unreachable');
  return (
    <p>
      {t('counted', { count: clusters.length })}{' '}
      {silent.length > 0
        ? t('silent', { count: silent.length, names: silent.map(({ name }) => name).join(', ') })
        : clusters.every(({ status }) => status === 'ok')
          ? t('allAnswer', { count: clusters.length })
          : null}
    </p>
  );
}

function RemoveDialog({ cluster, onClose }: { cluster: Cluster | null; onClose: () => void }) {
  const t = useTranslations('clusterPage');
  const router = useRouter();
  const words = useProblemWords();
  const remove = useRemoveCluster();
  return (
    <ConfirmDialog
      open={cluster !== null}
      onClose={onClose}
      title={t('removeTitle', { name: cluster?.name ?? '' })}
      description={t('removeMeaning')}
      action={t('remove')}
      busy={remove.isPending}
      onConfirm={() => {
        if (cluster === null) return;
        remove.mutate(cluster.id, {
          onSuccess: () => {
            toast(t('removed', { name: cluster.name }));
            // It may have been the one this page stands under.
            router.refresh();
          },
          onError: (error) => toast(words(error), 'bad'),
          onSettled: onClose,
        });
      }}
    />
  );
}

export function ClustersPage() {
  const t = useTranslations('clusterPage');
  const may = useMay('admin');
  const clusters = useClusters();
  const [editing, setEditing] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Cluster | null>(null);
  const edit = useCallback((cluster: Cluster) => setEditing(cluster.id), []);
  const columns = useClusterColumns({ edit, remove: setRemoving });
  const hrefOf = useClusterHref();
  const table = useTableRows(clusters.data?.items ?? none, columns, keyOf, 'name', '');
  return (
    <>
      <ListPage
        title={t('title')}
        asked={clusters}
        failed={t('failed')}
        answer={<Answer clusters={clusters.data?.items ?? none} />}
        actions={
          may ? (
            <Button tone="primary" onClick={() => setEditing(NEW_CLUSTER)}>
              <Plus aria-hidden className="size-4" />
              {t('add')}
            </Button>
          ) : undefined
        }
      >
        <ListTable
          label={t('title')}
          table={table}
          columns={columns}
          keyOf={keyOf}
          hrefOf={hrefOf}
          loading={clusters.isPending}
        />
      </ListPage>
      <WhenAsked when={editing !== null}>
        <FormWords>
          <ClusterDialog editing={editing ?? NEW_CLUSTER} onClose={() => setEditing(null)} />
        </FormWords>
      </WhenAsked>
      <RemoveDialog cluster={removing} onClose={() => setRemoving(null)} />
    </>
  );
}
