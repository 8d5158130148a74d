'use client';

/** Quiet messages after something was done: they say what, offer a link, and go by themselves. What draws them comes with the first one. */
import { useSyncExternalStore, type ReactNode } from 'react';
import { later, WhenAsked } from './later';
import type { Tone } from './status';

const ToastList = later(async () => (await import('./toast-list')).ToastList);

export interface Message {
  readonly id: number;
  readonly tone: Tone;
  readonly text: ReactNode;
}

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
  const shown = useSyncExternalStore(
    subscribe,
    () => messages,
    () => none,
  );
  return (
    <WhenAsked when={lastId > 0}>
      <ToastList shown={shown} onGone={(id) => change(messages.filter((other) => other.id !== id))} />
    </WhenAsked>
  );
}
