import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createAlertRule, listAlertRules } from '@/console/services/alert-rules.ts';

export const GET = handle('listAlertRules', ({ context, query }) => listAlertRules(context, query));

export const POST = handle(
  'createAlertRule',
  ({ context, actor, body }) => createAlertRule(context, actor, body),
  {
    target: ({ body }) => body.name,
    location: (rule) => apiPaths.alertRule(rule.id),
  },
);
