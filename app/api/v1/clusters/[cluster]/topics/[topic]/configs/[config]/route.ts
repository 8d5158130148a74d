import { handle } from '@/app/api/handler.ts';
import { topicConfig } from '@/console/services/explain-config.ts';

export const GET = handle('topicConfig', ({ context, parts }) =>
  topicConfig(context, parts.cluster, parts.topic, parts.config),
);
