'use client';

/** What an operator does to a group. Both wait until nobody reads with it, and say so. */
import { useState } from 'react';
import { RotateCcw, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { GroupDetail } from '../../console/contracts/groups';
import { useMayChange } from '../layout/session-context';
import { AskedDialog, type AskedShell } from '../ui/asked-dialog';
import { Button } from '../ui/button';
import { later } from '../ui/later';

const DeleteGroupForm = later(async () => (await import('./delete-group-form')).DeleteGroupForm);
const ResetOffsetsForm = later(async () => (await import('./reset-offsets-form')).ResetOffsetsForm);

export function GroupActions({ group }: { group: GroupDetail }) {
  const t = useTranslations('group');
  const may = useMayChange();
  const resetting = useTranslations('resetOffsets');
  const deleting = useTranslations('deleteGroup');
  const [open, setOpen] = useState<'reset' | 'delete' | null>(null);
  if (!may) return null;
  const active = group.state !== 'Empty';
  const reason = active ? t('activeReason') : undefined;
  const close = (): void => setOpen(null);
  const shells: Record<'reset' | 'delete', () => AskedShell> = {
    reset: () => ({
      title: resetting('title', { id: group.id }),
      description: resetting('description'),
      wide: true,
      form: <ResetOffsetsForm group={group} onClose={close} />,
    }),
    delete: () => ({
      title: deleting('title', { id: group.id }),
      description: deleting('description', {
        partitions: group.partitions.filter((each) => each.committedOffset !== null).length,
      }),
      form: <DeleteGroupForm group={group} onClose={close} />,
    }),
  };
  return (
    <>
      <Button disabled={active || group.topics.length === 0} title={reason} onClick={() => setOpen('reset')}>
        <RotateCcw aria-hidden className="size-4 text-dim" />
        {t('reset')}
      </Button>
      <Button disabled={active} title={reason} onClick={() => setOpen('delete')}>
        <Trash2 aria-hidden className="size-4 text-dim" />
        {t('delete')}
      </Button>
      <AskedDialog asked={open} onClose={close} shellOf={(asked) => shells[asked]()} />
    </>
  );
}
