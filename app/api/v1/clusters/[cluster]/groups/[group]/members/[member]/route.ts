import { handle } from '@/app/api/handler.ts';
import { removeMember } from '@/console/services/remove-member.ts';

export const DELETE = handle('removeMember', ({ context, parts, note }) =>
  removeMember(context, parts.cluster, { groupId: parts.group, memberId: parts.member }, note),
);
