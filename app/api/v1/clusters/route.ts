import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { addCluster } from '@/console/services/user-clusters.ts';
import { listClusters } from '@/console/services/watched-clusters.ts';

export const GET = handle('listClusters', ({ context, query }) => listClusters(context, query));

export const POST = handle(
  'addCluster',
  ({ context, actor, body, note }) => addCluster(context, actor, body, note),
  {
    location: ({ id }) => apiPaths.cluster(id),
    target: ({ body }) => body.id ?? body.name,
  },
);
