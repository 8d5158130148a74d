import { handle } from '@/app/api/handler.ts';
import { incident } from '@/console/services/incidents.ts';

export const GET = handle('incident', ({ context, parts }) => incident(context, parts.id));
