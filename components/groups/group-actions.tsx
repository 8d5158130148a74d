'use client';

/** What an operator does to a group. Both wait until nobody reads with it, and say so. */
import { useState } from 'react';
import { RotateCcw, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { GroupDetail } from '../../console/contracts/groups';
import { useMayChange } from '../layout/session-context';
import { Button } from '../ui/button';
import { DeleteGroupDialog } from './delete-group-dialog';
import { ResetOffsetsDialog } from './reset-offsets-dialog';

export function GroupActions({ group }: { group: GroupDetail }) {
  const t = useTranslations('group');
  const may = useMayChange();
  const [open, setOpen] = useState<'reset' | 'delete' | null>(null);
  if (!may) return null;
  const active = group.state !== 'Empty';
  const reason = active ? t('activeReason') : undefined;
  const toggle = (dialog: 'reset' | 'delete') => (next: boolean) => setOpen(next ? dialog : null);
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
      <ResetOffsetsDialog group={group} open={open === 'reset'} onOpenChange={toggle('reset')} />
      <DeleteGroupDialog group={group} open={open === 'delete'} onOpenChange={toggle('delete')} />
    </>
  );
}
