'use client';

/**
 * The shell of dialogs that ask one thing and do it: open while there is something that was asked for, with its title, what it means
 * and its form, which begins anew each time. What is asked for says which form that is.
 */
import type { ReactNode } from 'react';
import { Dialog } from './dialog';

export interface AskedShell {
  readonly title: string;
  readonly description?: string | undefined;
  readonly wide?: boolean | undefined;
  readonly form: ReactNode;
}

interface AskedDialogProps<Asked> {
  /** Null: closed. */
  asked: Asked | null;
  onClose: () => void;
  shellOf: (asked: Asked) => AskedShell;
}

export function AskedDialog<Asked>({ asked, onClose, shellOf }: AskedDialogProps<Asked>) {
  const shell = asked === null ? null : shellOf(asked);
  return (
    <Dialog
      open={shell !== null}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={shell?.title ?? ''}
      description={shell?.description}
      wide={shell?.wide}
    >
      {shell?.form}
    </Dialog>
  );
}
