import { handle } from '@/app/api/handler.ts';
import { listBrokers } from '@/console/services/brokers.ts';

export const GET = handle('listBrokers', ({ context, parts, query }) =>
  listBrokers(context, parts.cluster, query),
);
