import { handle } from '@/app/api/handler.ts';
import { endSession } from '@/console/services/sessions.ts';

export const DELETE = handle('endSession', ({ context, parts }) => endSession(context, parts.id));
