import { handle } from '@/app/api/handler.ts';
import { listAudit } from '@/console/services/audit.ts';

export const GET = handle('listAudit', ({ context, query }) => listAudit(context, query));
