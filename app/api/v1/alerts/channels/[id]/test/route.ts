import { handle } from '@/app/api/handler.ts';
import { testChannel } from '@/console/services/test-channel.ts';

export const POST = handle('testChannel', ({ context, parts }) => testChannel(context, parts.id));
