'use client';

/** One question before something small is taken away; what is destructive in earnest has a dialog of its own. */
import { useTranslations } from 'next-intl';
import { Button } from './button';
import { Dialog, DialogFoot } from './dialog';

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description: string;
  action: string;
  busy: boolean;
  onConfirm: () => void;
}

export function ConfirmDialog({
  open,
  onClose,
  title,
  description,
  action,
  busy,
  onConfirm,
}: ConfirmDialogProps) {
  const t = useTranslations('common');
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={title}
      description={description}
    >
      <DialogFoot>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button tone="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
