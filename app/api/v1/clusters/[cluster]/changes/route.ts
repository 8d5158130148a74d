import { handle } from '@/app/api/handler.ts';
import { clusterChanges } from '@/console/services/changes.ts';

export const GET = handle('changes', ({ context, parts, query }) =>
  clusterChanges(context, parts.cluster, query),
);
