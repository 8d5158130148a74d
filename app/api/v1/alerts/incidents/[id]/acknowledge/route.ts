import { handle } from '@/app/api/handler.ts';
import { acknowledgeIncident } from '@/console/services/incidents.ts';

export const POST = handle('acknowledgeIncident', ({ context, actor, parts }) =>
  acknowledgeIncident(context, actor, parts.id),
);
