import { handle } from '@/app/api/handler.ts';
import { refresh } from '@/console/services/collection.ts';

export const POST = handle('refresh', ({ context, parts }) => refresh(context, parts.cluster));
