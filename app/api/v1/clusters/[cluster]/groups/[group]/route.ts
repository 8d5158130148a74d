import { handle } from '@/app/api/handler.ts';
import { deleteGroup } from '@/console/services/delete-group.ts';
import { groupDetail } from '@/console/services/groups.ts';

export const GET = handle('group', ({ context, parts }) => groupDetail(context, parts.cluster, parts.group));

export const DELETE = handle('deleteGroup', ({ context, parts }) =>
  deleteGroup(context, parts.cluster, parts.group),
);
