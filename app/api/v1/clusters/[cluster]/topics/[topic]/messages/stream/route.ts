import { handleEvents } from '@/app/api/event-stream.ts';
import { endpoints } from '@/console/contracts/endpoints.ts';
import { errorFields, logEvent } from '@/console/services/log.ts';
import { tailMessages } from '@/console/services/tail-messages.ts';

export const dynamic = 'force-dynamic';

export const GET = handleEvents(
  endpoints.tailMessages,
  async ({ context, clusterId, parts, query, signal }) => {
    const tail = await tailMessages(context, { clusterId, topic: parts['topic'] ?? '', query, signal });
    return (send, end) => {
      void (async () => {
        for await (const event of tail) send('messages', event);
      })()
        .catch((error: unknown) => logEvent('error', 'tail-failed', errorFields(error)))
        .finally(end);
      return () => undefined;
    };
  },
);
