'use client';

/** How the messages of `toaster.tsx` look, how long they stay, and how they are read out. */
import { Toast as Primitive } from 'radix-ui';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { StatusMark } from './status';
import type { Message } from './toaster';

const SHOWN_MS = 6000;

interface ToastListProps {
  shown: readonly Message[];
  onGone: (id: number) => void;
}

export function ToastList({ shown, onGone }: ToastListProps) {
  const t = useTranslations('common');
  return (
    <Primitive.Provider duration={SHOWN_MS} label={t('notification')}>
      {shown.map((message) => (
        <Primitive.Root
          key={message.id}
          onOpenChange={(open) => {
            if (!open) onGone(message.id);
          }}
          className="float-in flex items-start gap-2.5 rounded-md bg-raised py-2.5 pr-2 pl-3.5 text-sm text-ink shadow-float"
        >
          <StatusMark tone={message.tone} className="mt-1" />
          <Primitive.Description className="min-w-0 flex-1 break-words">{message.text}</Primitive.Description>
          <Primitive.Close aria-label={t('close')} className="rounded-sm p-0.5 text-dim hover:text-ink">
            <X aria-hidden className="size-4" />
          </Primitive.Close>
        </Primitive.Root>
      ))}
      <Primitive.Viewport
        label={t('notifications')}
        className="fixed right-4 bottom-4 z-[60] flex w-[min(22rem,calc(100vw-2rem))] flex-col gap-2 outline-none max-md:bottom-18"
      />
    </Primitive.Provider>
  );
}
