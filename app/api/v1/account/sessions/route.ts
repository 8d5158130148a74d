import { handle } from '@/app/api/handler.ts';
import { listSessions } from '@/console/services/sessions.ts';

export const GET = handle('listOwnSessions', ({ context, actor, query }) =>
  listSessions(context, query, actor, actor.id),
);
