/**
 * The frame of signed-in pages, on the server: asks who looks and at which cluster, then hands both to the shell. Nothing here waits for
 * more than memory, so there is no Suspense around it: React sends what stands in one after the frame, hidden, for a script to put in place.
 */
import 'server-only';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { NoClusterPage } from '@/components/clusters/no-cluster-page';
import { Shell } from '@/components/layout/shell';
import { requireUserContext } from '@/console/services/current-user';
import { roleIn } from '@/console/services/permission';
import { version } from '@/console/services/version';
import { allClusters } from '@/console/services/watched-clusters';
import { clustersAnswer, overviewAnswer } from './first-answers';
import { Prefetched } from './prefetched';

export async function ConsoleFrame({
  clusterId,
  children,
}: {
  clusterId: string | null;
  children: ReactNode;
}) {
  const { user, context } = await requireUserContext();
  const clusters = allClusters(context);
  const first = clusters[0];
  const cluster = clusterId === null ? first : clusters.find(({ id }) => id === clusterId);
  if (first === undefined)
    return <NoClusterPage user={{ name: user.name, role: user.role }} version={version} />;
  if (cluster === undefined) notFound();
  return (
    <Prefetched clusterId={cluster.id} questions={(id) => [overviewAnswer(id), clustersAnswer]}>
      <Shell
        session={{
          user: { name: user.name, role: roleIn(user, cluster.id) ?? user.role },
          cluster: { id: cluster.id, name: cluster.name, readOnly: cluster.readOnly },
          defaultClusterId: first.id,
          version,
        }}
      >
        {children}
      </Shell>
    </Prefetched>
  );
}
