import { handle } from '@/app/api/handler.ts';
import { alertRule, deleteAlertRule, replaceAlertRule } from '@/console/services/alert-rules.ts';

export const GET = handle('alertRule', ({ context, parts }) => alertRule(context, parts.id));

export const PUT = handle('replaceAlertRule', ({ context, parts, body }) =>
  replaceAlertRule(context, parts.id, body),
);

export const DELETE = handle('deleteAlertRule', ({ context, parts }) => deleteAlertRule(context, parts.id));
