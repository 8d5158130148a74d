import { handle } from '@/app/api/handler.ts';
import { resetOffsets } from '@/console/services/reset-offsets.ts';

export const POST = handle('resetOffsets', ({ context, parts, body, note }) =>
  resetOffsets(context, parts.cluster, parts.group, body, note),
);
