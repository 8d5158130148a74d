import { handle } from '@/app/api/handler.ts';
import { apiPaths } from '@/console/contracts/paths.ts';
import { createChannel, listChannels } from '@/console/services/channels.ts';

export const GET = handle('listChannels', ({ context, query }) => listChannels(context, query));

export const POST = handle('createChannel', ({ context, body }) => createChannel(context, body), {
  target: ({ body }) => body.name,
  location: (channel) => apiPaths.channel(channel.id),
});
