import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createUser, listUsers } from '@/console/services/accounts.ts';

export const GET = handle('listUsers', ({ context, query }) => listUsers(context, query));

export const POST = handle('createUser', ({ context, body }) => createUser(context, body), {
  target: ({ body }) => body.name,
  location: (user) => apiPaths.user(user.id),
});
