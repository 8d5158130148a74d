import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createSilence, listSilences, subjectOfSilence } from '@/console/services/silences.ts';

export const GET = handle('listSilences', ({ context, query }) => listSilences(context, query));

export const POST = handle(
  'createSilence',
  ({ context, actor, body }) => createSilence(context, actor, body),
  {
    target: ({ body }) => subjectOfSilence(body),
    location: (silence) => apiPaths.silence(silence.id),
  },
);
