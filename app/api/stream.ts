/** Server-sent events of one cluster: `snapshot` with the overview at once and after each round. */
import { endpoints } from '@/console/contracts/endpoints.ts';
import { ConsoleError } from '@/console/services/console-error.ts';
import { errorFields, logEvent } from '@/console/services/log.ts';
import { overview } from '@/console/services/overview.ts';
import { onRound } from '@/console/services/watched-clusters.ts';
import { handleEvents } from './event-stream.ts';

export const handleStream = handleEvents(endpoints.stream, ({ context, clusterId }) =>
  Promise.resolve((send) => {
    const sendOverview = (): void => {
      overview(context, clusterId)
        .then((data) => send('snapshot', data, data.asOf))
        .catch((error: unknown) => {
          if (!(error instanceof ConsoleError)) logEvent('error', 'stream-failed', errorFields(error));
        });
    };
    const unsubscribe = onRound(clusterId, sendOverview);
    sendOverview();
    return unsubscribe;
  }),
);
