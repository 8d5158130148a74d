import { handle } from '@/app/api/handler.ts';
import { topicProducers } from '@/console/services/topic-producers.ts';

export const GET = handle('topicProducers', ({ context, parts, request }) =>
  topicProducers(context, parts.cluster, parts.topic, request.signal),
);
