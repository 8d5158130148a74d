import { handle } from '@/app/api/handler.ts';
import { endSession } from '@/console/services/sessions.ts';

export const DELETE = handle('endOwnSession', ({ context, actor, parts }) =>
  endSession(context, parts.id, actor.id),
);
