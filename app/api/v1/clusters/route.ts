import { handle } from '@/app/api/handler.ts';
import { listClusters } from '@/console/services/watched-clusters.ts';

export const GET = handle('listClusters', ({ context, query }) => listClusters(context, query));
