import { handle } from '@/app/api/handler.ts';
import { clusterDetail, removeCluster, replaceCluster } from '@/console/services/user-clusters.ts';

export const GET = handle('cluster', ({ context, actor, parts }) =>
  clusterDetail(context, actor, parts.cluster),
);

export const PUT = handle('replaceCluster', ({ context, actor, parts, body, note }) =>
  replaceCluster(context, actor, parts.cluster, body, note),
);

export const DELETE = handle('removeCluster', ({ context, parts }) => removeCluster(context, parts.cluster));
