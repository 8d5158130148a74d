import { handle } from '@/app/api/handler.ts';
import { testCluster } from '@/console/services/test-cluster.ts';

export const POST = handle('testCluster', ({ context, body, note }) => testCluster(context, body, note), {
  target: ({ body }) => body.id ?? body.name ?? body.bootstrap.join(', '),
});
