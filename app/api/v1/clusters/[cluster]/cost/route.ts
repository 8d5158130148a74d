import { handle } from '@/app/api/handler.ts';
import { cost } from '@/console/services/collection.ts';

export const GET = handle('cost', ({ context, parts }) => cost(context, parts.cluster));
