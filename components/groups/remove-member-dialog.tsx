'use client';

/** Removing a member: what becomes of its partitions, that a running program comes back, the red button last. */
import { useTranslations } from 'next-intl';
import type { GroupDetail, GroupMember } from '../../console/contracts/groups';
import { useProblemWords } from '../data/problem-words';
import { useRemoveMember } from '../data/use-groups';
import { useClusterId } from '../layout/session-context';
import { AskedDialog } from '../ui/asked-dialog';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

interface RemoveMemberDialogProps {
  group: GroupDetail;
  member: GroupMember;
  onClose: () => void;
}

export function RemoveMemberDialog({ group, member, onClose }: RemoveMemberDialogProps) {
  const t = useTranslations('removeMember');
  return (
    <AskedDialog
      asked={member}
      onClose={onClose}
      shellOf={(asked) => ({
        title: t('title', { client: asked.clientId, id: group.id }),
        form: <RemoveForm group={group} member={asked} onClose={onClose} />,
      })}
    />
  );
}

function RemoveForm({ group, member, onClose }: RemoveMemberDialogProps) {
  const t = useTranslations('removeMember');
  const words = useProblemWords();
  const remove = useRemoveMember(useClusterId(), group.id);
  const partitions = member.assignment.reduce((sum, each) => sum + each.partitions.length, 0);
  const others = group.members.length - 1;
  return (
    <>
      <DialogBody>
        <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
          <dt className="text-dim">{t('member')}</dt>
          <dd className="min-w-0 break-all">
            <code>{member.memberId}</code>
          </dd>
          {member.groupInstanceId === null ? null : (
            <>
              <dt className="text-dim">{t('instance')}</dt>
              <dd className="min-w-0 break-all">
                <code>{member.groupInstanceId}</code>
              </dd>
            </>
          )}
          <dt className="text-dim">{t('host')}</dt>
          <dd>
            <code>{member.host}</code>
          </dd>
        </dl>
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm text-soft">
          <li>{others === 0 ? t('nobodyLeft', { partitions }) : t('sharedOut', { partitions, others })}</li>
          <li>{t('offsetsStay')}</li>
          <li>{t(member.groupInstanceId === null ? 'comesBack' : 'staticComesBack')}</li>
        </ul>
        {remove.isError ? <Notice alert tone="bad" title={words(remove.error)} /> : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          tone="danger"
          busy={remove.isPending}
          onClick={() =>
            remove.mutate(member.memberId, {
              onSuccess: () => {
                onClose();
                toast(t('removed', { client: member.clientId, id: group.id }));
              },
            })
          }
        >
          {t('submit')}
        </Button>
      </DialogFoot>
    </>
  );
}
