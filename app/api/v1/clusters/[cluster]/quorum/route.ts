import { handle } from '@/app/api/handler.ts';
import { clusterQuorum } from '@/console/services/quorum.ts';

export const GET = handle('quorum', ({ context, parts }) => clusterQuorum(context, parts.cluster));
