'use client';

/** Deleting a group: what is lost (how far it has read), its name typed once more, the red button last. */
import { useId, useState, type FormEvent } from 'react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { GroupDetail } from '../../console/contracts/groups';
import { useProblemWords } from '../data/problem-words';
import { useDeleteGroup } from '../data/use-groups';
import { useClusterId, usePaths } from '../layout/session-context';
import { Button } from '../ui/button';
import { DialogBody, DialogFoot } from '../ui/dialog';
import { TextField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toaster';

export function DeleteGroupForm({ group, onClose }: { group: GroupDetail; onClose: () => void }) {
  const t = useTranslations('deleteGroup');
  const router = useRouter();
  const paths = usePaths();
  const formId = useId();
  const words = useProblemWords();
  const remove = useDeleteGroup(useClusterId(), group.id);
  const [confirm, setConfirm] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (confirm !== group.id || remove.isPending) return;
    remove.mutate(undefined, {
      onSuccess: () => {
        toast(t('deleted', { id: group.id }));
        router.push(paths.groups);
      },
    });
  };
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} noValidate>
          <TextField
            label={t('confirm', { id: group.id })}
            value={confirm}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setConfirm(event.target.value)}
          />
        </form>
        {remove.isError ? <Notice alert tone="bad" title={words(remove.error)} /> : null}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button
          tone="danger"
          type="submit"
          form={formId}
          busy={remove.isPending}
          disabled={confirm !== group.id}
        >
          {t('submit')}
        </Button>
      </DialogFoot>
    </>
  );
}
