import { handle } from '@/app/api/handler.ts';
import { listGroups } from '@/console/services/groups.ts';

export const GET = handle('listGroups', ({ context, parts, query }) =>
  listGroups(context, parts.cluster, query),
);
