import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createOwnToken, listTokens } from '@/console/services/api-tokens.ts';

export const GET = handle('listOwnTokens', ({ context, actor, query }) => listTokens(context, query, actor));

export const POST = handle(
  'createOwnToken',
  ({ context, actor, body }) => createOwnToken(context, actor, body),
  {
    target: ({ body }) => body.name,
    location: (token) => apiPaths.ownToken(token.id),
  },
);
