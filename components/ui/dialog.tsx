'use client';

/** A dialog: title, one sentence of what it is about, a body, and a foot with the actions (the fatal one last). */
import type { ReactNode } from 'react';
import { cn } from './cn';
import type { DialogShellProps } from './dialog-shell';
import { later, WhenAsked } from './later';

const DialogShell = later(async () => (await import('./dialog-shell')).DialogShell);

interface DialogProps extends Omit<DialogShellProps, 'onClose'> {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function Dialog({ open, onOpenChange, ...shell }: DialogProps) {
  return (
    <WhenAsked when={open}>
      <DialogShell {...shell} onClose={() => onOpenChange(false)} />
    </WhenAsked>
  );
}

export function DialogBody({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={cn('flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4', className)}>
      {children}
    </div>
  );
}

export function DialogFoot({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line bg-sunken px-5 py-3 sm:rounded-b-md">
      {children}
    </footer>
  );
}
