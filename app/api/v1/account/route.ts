import { handle } from '@/app/api/handler.ts';
import { account } from '@/console/services/account.ts';

export const GET = handle('account', ({ context, actor }) => account(context, actor));
