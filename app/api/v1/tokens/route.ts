import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createToken, listTokens } from '@/console/services/api-tokens.ts';

export const GET = handle('listTokens', ({ context, query }) => listTokens(context, query));

export const POST = handle(
  'createToken',
  ({ context, actor, body }) => createToken(context, body, actor.name),
  {
    target: ({ body }) => body.name,
    location: (token) => apiPaths.token(token.id),
  },
);
