'use client';

/** What floats of a dialog (`dialog.tsx`), as far as Radix does it: the scrim, the focus that stays inside, Escape, the head with its title. */
import { useEffect, useRef, type ReactNode } from 'react';
import { Dialog as Primitive } from 'radix-ui';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cn } from './cn';
import { Button } from './button';
import { useGivingBack } from './use-giving-back';

export interface DialogShellProps {
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  wide?: boolean | undefined;
}

const FIELDS = 'input, select, textarea';

/** Whether a field has the keyboard now. */
function begunIn(content: HTMLElement): boolean {
  const fields = [...content.querySelectorAll<HTMLElement>(FIELDS)];
  if (!fields.some((field) => field === document.activeElement))
    fields.find((field) => !field.matches(':disabled, [type="hidden"]'))?.focus();
  return fields.some((field) => field === document.activeElement);
}

/**
 * The keyboard begins in the first field, as soon as there is one: some forms wait for what they change. Radix would give it to the
 * way out. What the dialog shows may come after the dialog itself, so this begins with Radix's own giving, not with the first effect.
 */
function useFirstField(): (event: Event) => void {
  const late = useRef<MutationObserver>(null);
  useEffect(() => () => late.current?.disconnect(), []);
  return (event) => {
    const content = event.currentTarget;
    if (!(content instanceof HTMLElement)) return;
    if (begunIn(content)) event.preventDefault();
    else {
      late.current = new MutationObserver(() => {
        if (begunIn(content)) late.current?.disconnect();
      });
      late.current.observe(content, { childList: true, subtree: true });
    }
  };
}

export function DialogShell({ onClose, title, description, children, wide }: DialogShellProps) {
  const t = useTranslations('common');
  const begin = useFirstField();
  const giveBack = useGivingBack();
  return (
    <Primitive.Root open onOpenChange={onClose}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Primitive.Content
          onOpenAutoFocus={begin}
          onCloseAutoFocus={giveBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={cn(
            'float-in fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-md bg-raised shadow-float outline-none',
            'sm:inset-x-auto sm:top-[8vh] sm:bottom-auto sm:left-1/2 sm:max-h-[84dvh] sm:-translate-x-1/2 sm:rounded-md',
            wide === true ? 'sm:w-[40rem]' : 'sm:w-[30rem]',
          )}
        >
          <header className="flex items-start gap-4 border-b border-line px-5 pt-4 pb-3.5">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-lg font-medium break-words text-ink">{title}</Primitive.Title>
              {description === undefined ? null : (
                <Primitive.Description className="mt-0.5 text-sm text-dim">
                  {description}
                </Primitive.Description>
              )}
            </div>
            <Primitive.Close asChild>
              <Button tone="ghost" size="icon-sm" aria-label={t('close')} className="-mr-2">
                <X aria-hidden className="size-4" />
              </Button>
            </Primitive.Close>
          </header>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
