/**
 * Server-sent events of one cluster: `snapshot` with the overview at once and after each round. Each is whole, so a reader that comes
 * back misses nothing; what it has seen last is not sent again, and no round is sent twice or behind a later one.
 */
import { endpoints } from '@/console/contracts/endpoints.ts';
import { ConsoleError } from '@/console/services/console-error.ts';
import { errorFields, logEvent } from '@/console/services/log.ts';
import { overview } from '@/console/services/overview.ts';
import { onRound } from '@/console/services/watched-clusters.ts';
import { handleEvents } from './event-stream.ts';

export const handleStream = handleEvents(endpoints.stream, ({ context, clusterId, lastEventId }) =>
  Promise.resolve((send) => {
    let seen = lastEventId;
    let isWaiting = false;
    let sending = Promise.resolve();
    const sendNewest = async (): Promise<void> => {
      isWaiting = false;
      const data = await overview(context, clusterId);
      // What has become stale since says so, although it is of a time that was told.
      const id = data.stale ? `${data.asOf} stale` : data.asOf;
      if (id === seen) return;
      seen = id;
      send('snapshot', data, id);
    };
    const sendOverview = (): void => {
      if (isWaiting) return;
      isWaiting = true;
      sending = sending.then(sendNewest).catch((error: unknown) => {
        if (!(error instanceof ConsoleError)) logEvent('error', 'stream-failed', errorFields(error));
      });
    };
    const unsubscribe = onRound(clusterId, sendOverview);
    sendOverview();
    return unsubscribe;
  }),
);
