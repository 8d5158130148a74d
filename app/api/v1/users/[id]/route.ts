import { handle } from '@/app/api/handler.ts';
import { changeUser, deleteUser } from '@/console/services/accounts.ts';

export const PATCH = handle('changeUser', ({ context, parts, body }) => changeUser(context, parts.id, body));

export const DELETE = handle('deleteUser', async ({ context, parts }) => {
  await deleteUser(context, parts.id);
});
