import { handle } from '@/app/api/handler.ts';
import { brokerConfig } from '@/console/services/explain-config.ts';

export const GET = handle('brokerConfig', ({ context, parts }) =>
  brokerConfig(context, parts.cluster, parts.broker, parts.config),
);
