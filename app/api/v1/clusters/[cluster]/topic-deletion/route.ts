/** Asked before a name and a token are typed: whether any topic of the cluster can be deleted at all, and what is in the way. */
import { handle } from '@/app/api/handler.ts';
import { topicDeletion } from '@/console/services/topic-deletion.ts';

export const GET = handle('topicDeletion', ({ context, parts }) => topicDeletion(context, parts.cluster));
