import { handle } from '@/app/api/handler.ts';
import { deleteChannel, replaceChannel } from '@/console/services/channels.ts';

export const PUT = handle('replaceChannel', ({ context, parts, body }) =>
  replaceChannel(context, parts.id, body),
);

export const DELETE = handle('deleteChannel', ({ context, parts }) => deleteChannel(context, parts.id));
