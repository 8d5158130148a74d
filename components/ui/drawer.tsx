'use client';

/** A dialog at the right edge, for one row of a table: as high as the window, and on phones from the bottom like any other. */
import type { KeyboardEvent, ReactNode } from 'react';
import { Dialog as Primitive } from 'radix-ui';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from './button';
import { WhenAsked } from './later';
import { useGivingBack } from './use-giving-back';

interface DrawerProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** Beside the title, before the way out. */
  actions?: ReactNode;
  onKeyDown?: ((event: KeyboardEvent) => void) | undefined;
  children: ReactNode;
}

function OpenDrawer({ onOpenChange, title, actions, onKeyDown, children }: Omit<DrawerProps, 'open'>) {
  const t = useTranslations('common');
  const giveBack = useGivingBack();
  return (
    <Primitive.Root open onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Primitive.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          onCloseAutoFocus={giveBack}
          className="float-in fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-md bg-raised shadow-float outline-none sm:inset-y-0 sm:right-0 sm:left-auto sm:max-h-none sm:w-[min(46rem,calc(100vw-3rem))] sm:rounded-none"
        >
          <header className="flex items-center gap-2 border-b border-line px-5 py-3">
            <Primitive.Title className="min-w-0 flex-1 text-lg font-medium break-words text-ink">
              {title}
            </Primitive.Title>
            {actions}
            <Primitive.Close asChild>
              <Button tone="ghost" size="icon-sm" aria-label={t('close')} className="-mr-2">
                <X aria-hidden className="size-4" />
              </Button>
            </Primitive.Close>
          </header>
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export function Drawer({ open, ...drawer }: DrawerProps) {
  return (
    <WhenAsked when={open}>
      <OpenDrawer {...drawer} />
    </WhenAsked>
  );
}
