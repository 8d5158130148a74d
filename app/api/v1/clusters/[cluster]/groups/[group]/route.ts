import { handle } from '@/app/api/handler.ts';
import { groupDetail } from '@/console/services/groups.ts';

export const GET = handle('group', ({ context, parts }) => groupDetail(context, parts.cluster, parts.group));
