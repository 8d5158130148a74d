import { handle } from '@/app/api/handler.ts';
import { purgeTopic } from '@/console/services/purge-topic.ts';

export const POST = handle('purgeTopic', ({ context, parts, body, note }) =>
  purgeTopic(context, parts.cluster, parts.topic, body, note),
);
