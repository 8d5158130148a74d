import { handle } from '@/app/api/handler.ts';
import { topicDeletion } from '@/console/services/topic-deletion.ts';

export const GET = handle('topicDeletion', ({ context, parts }) => topicDeletion(context, parts.cluster));
