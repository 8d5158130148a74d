import { handle } from '@/app/api/handler.ts';
import { brokerDetail } from '@/console/services/brokers.ts';
import { changeBroker } from '@/console/services/change-broker.ts';

export const GET = handle('broker', ({ context, parts }) =>
  brokerDetail(context, parts.cluster, parts.broker),
);

export const PATCH = handle('changeBroker', ({ context, parts, body, note }) =>
  changeBroker(context, parts.cluster, parts.broker, body, note),
);
