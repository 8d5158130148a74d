import { handle } from '@/app/api/handler.ts';
import { apiPaths, withQuery } from '@/console/contracts/paths.ts';
import { readMessages } from '@/console/services/messages.ts';
import { produceMessage } from '@/console/services/produce-message.ts';

export const GET = handle('messages', ({ context, parts, query, request }) =>
  readMessages(context, {
    clusterId: parts.cluster,
    topic: parts.topic,
    query,
    signal: request.signal,
  }),
);

export const POST = handle(
  'produceMessage',
  ({ context, parts, body, note }) => produceMessage(context, parts.cluster, parts.topic, body, note),
  {
    location: ({ partition, offset }, { parts }) =>
      withQuery(apiPaths.messages(parts.cluster, parts.topic), {
        partition,
        from: `offset:${String(offset)}`,
        limit: 1,
      }),
  },
);
