import { handle } from '@/app/api/handler.ts';
import { deleteSilence } from '@/console/services/silences.ts';

export const DELETE = handle('deleteSilence', ({ context, parts }) => deleteSilence(context, parts.id));
