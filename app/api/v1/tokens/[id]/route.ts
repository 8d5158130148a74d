import { handle } from '@/app/api/handler.ts';
import { revokeToken } from '@/console/services/api-tokens.ts';

export const DELETE = handle('revokeToken', async ({ context, parts }) => {
  await revokeToken(context, parts.id);
});
