import { handle } from '@/app/api/handler.ts';
import { listSessions } from '@/console/services/sessions.ts';

export const GET = handle('listSessions', ({ context, actor, query }) => listSessions(context, query, actor));
