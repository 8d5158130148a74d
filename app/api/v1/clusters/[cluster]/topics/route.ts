import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createTopic } from '@/console/services/create-topic.ts';
import { listTopics } from '@/console/services/topics.ts';

export const GET = handle('listTopics', ({ context, parts, query }) =>
  listTopics(context, parts.cluster, query),
);

export const POST = handle(
  'createTopic',
  ({ context, parts, body }) => createTopic(context, parts.cluster, body),
  {
    target: ({ body }) => body.name,
    location: (topic, { parts }) => apiPaths.topic(parts.cluster, topic.name),
  },
);
