import { handle } from '@/app/api/handler.ts';
import { changeOwnPassword } from '@/console/services/account.ts';

export const POST = handle('changeOwnPassword', ({ context, actor, body }) =>
  changeOwnPassword(context, actor, body),
);
