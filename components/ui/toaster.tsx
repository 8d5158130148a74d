'use client';

/** Quiet messages after something was done: they say what, offer a link, and go by themselves. */
import { useSyncExternalStore, type ReactNode } from 'react';
import { Toast as Primitive } from 'radix-ui';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { StatusMark, type Tone } from './status';

interface Message {
  readonly id: number;
  readonly tone: Tone;
  readonly text: ReactNode;
}

const SHOWN_MS = 6000;
const MOST = 4;
let messages: readonly Message[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Message[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

export function toast(text: ReactNode, tone: Tone = 'ok'): void {
  lastId += 1;
  change([...messages, { id: lastId, tone, text }].slice(-MOST));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const none: readonly Message[] = [];

export function Toaster() {
  const t = useTranslations('common');
  const shown = useSyncExternalStore(
    subscribe,
    () => messages,
    () => none,
  );
  return (
    <Primitive.Provider duration={SHOWN_MS} label={t('notification')}>
      {shown.map((message) => (
        <Primitive.Root
          key={message.id}
          onOpenChange={(open) => {
            if (!open) change(messages.filter((other) => other.id !== message.id));
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
