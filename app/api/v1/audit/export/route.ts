import { Download } from '@/app/api/download.ts';
import { handle } from '@/app/api/handler.ts';
import { exportAudit } from '@/console/services/audit-export.ts';

export const GET = handle('exportAudit', ({ context, query }) => {
  const { fileName, type, text } = exportAudit(context, query);
  return new Download(fileName, type, text);
});
