import { handle } from '@/app/api/handler.ts';
import { brokerDetail } from '@/console/services/brokers.ts';

export const GET = handle('broker', ({ context, parts }) =>
  brokerDetail(context, parts.cluster, parts.broker),
);
