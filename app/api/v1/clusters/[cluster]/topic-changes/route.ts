import { handle } from '@/app/api/handler.ts';
import { changeTopics } from '@/console/services/change-many-topics.ts';

/** A token comes in the body, never in the address. */
export const POST = handle(
  'changeTopics',
  ({ context, actor, parts, body, note }) => changeTopics(context, actor, parts.cluster, body, note),
  {
    target: ({ body }) =>
      body.topics.length === 1 ? (body.topics[0] ?? '') : `${body.topics.length} topics`,
  },
);
