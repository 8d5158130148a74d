import { handle } from '@/app/api/handler.ts';
import { listIncidents } from '@/console/services/incidents.ts';

export const GET = handle('listIncidents', ({ context, query }) => listIncidents(context, query));
