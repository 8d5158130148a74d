import { handle } from '@/app/api/handler.ts';
import { revokeToken } from '@/console/services/api-tokens.ts';

export const DELETE = handle('revokeOwnToken', ({ context, actor, parts }) =>
  revokeToken(context, parts.id, actor),
);
