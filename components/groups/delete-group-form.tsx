'use client';

/** Deleting a group: its name typed once more, the red button last; the dialog says how much of how far it has read is lost. */
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { GroupDetail } from '../../console/contracts/groups';
import { useProblemWords } from '../data/problem-words';
import { useDeleteGroup } from '../data/use-groups';
import { useClusterId, usePaths } from '../layout/session-context';
import { toast } from '../ui/toaster';
import { TypedNameForm } from '../ui/typed-name-form';

export function DeleteGroupForm({ group, onClose }: { group: GroupDetail; onClose: () => void }) {
  const t = useTranslations('deleteGroup');
  const router = useRouter();
  const paths = usePaths();
  const words = useProblemWords();
  const remove = useDeleteGroup(useClusterId(), group.id);
  const submit = (): void =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toast(t('deleted', { id: group.id }));
        router.push(paths.groups);
      },
    });
  return (
    <TypedNameForm
      name={group.id}
      words={{ confirm: t('confirm', { id: group.id }), cancel: t('cancel'), submit: t('submit') }}
      isBusy={remove.isPending}
      failure={remove.isError ? words(remove.error) : undefined}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}
