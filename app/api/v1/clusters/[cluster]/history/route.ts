import { handle } from '@/app/api/handler.ts';
import { history } from '@/console/services/history.ts';

export const GET = handle('history', ({ context, parts, query }) => history(context, parts.cluster, query));
