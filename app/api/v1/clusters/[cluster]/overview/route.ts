import { handle } from '@/app/api/handler.ts';
import { overview } from '@/console/services/overview.ts';

export const GET = handle('overview', ({ context, parts }) => overview(context, parts.cluster));
