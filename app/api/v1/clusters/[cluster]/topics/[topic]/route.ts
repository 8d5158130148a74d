import { handle } from '@/app/api/handler.ts';
import { topicTokenHeader } from '@/console/contracts/topics.ts';
import { changeTopic } from '@/console/services/change-topic.ts';
import { deleteTopic } from '@/console/services/delete-topic.ts';
import { topicDetail } from '@/console/services/topics.ts';

export const GET = handle('topic', ({ context, parts }) => topicDetail(context, parts.cluster, parts.topic));

export const PATCH = handle('changeTopic', ({ context, parts, body, note }) =>
  changeTopic(context, parts.cluster, parts.topic, body, note),
);

/** The token comes in the body or in its header, never in the address. */
export const DELETE = handle('deleteTopic', ({ context, actor, parts, query, body, request }) =>
  deleteTopic(context, actor, parts.cluster, {
    topic: parts.topic,
    confirm: body.confirm ?? query.confirm,
    token: body.token ?? request.headers.get(topicTokenHeader),
  }),
);
