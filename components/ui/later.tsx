'use client';

/**
 * Parts of a page that are wanted first when somebody asks for them: dialogs and their forms, the palette, toasts. A page answers without
 * their code. It is fetched once somebody stirs and the page is at rest, so that it is there when it is asked for, and at once when it is
 * asked for sooner. A screen on a wall never fetches it.
 *
 * Not React's `lazy`: that shows the fallback of the next Suspense for a moment even when the code is there, and React keeps what comes
 * after a fallback back for a third of a second.
 */
import { createElement, Suspense, use, type ComponentType, type ReactNode } from 'react';
import { useListening } from './listening';

/** For browsers that do not say when they are at rest. */
const REST_MS = 200;

function atRest(work: () => void): void {
  const soon = (): void => {
    if (typeof window.requestIdleCallback === 'function') window.requestIdleCallback(work);
    else setTimeout(work, REST_MS);
  };
  if (document.readyState === 'complete') soon();
  else window.addEventListener('load', soon, { once: true });
}

/** Whoever comes to press a button moves a pointer or presses a key first. */
const stirs = ['pointermove', 'pointerdown', 'keydown'] as const;
const waiting: (() => void)[] = [];

/** Who writes wants to see it at once, and then what it finds; not, in the same moment, the code of forms. */
const isWriting = ({ type, target }: Event): boolean =>
  type === 'keydown' && target instanceof HTMLInputElement;

function onFirstStir(event: Event): void {
  if (isWriting(event)) return;
  for (const kind of stirs) window.removeEventListener(kind, onFirstStir, true);
  for (const work of waiting.splice(0)) atRest(work);
}

function onceSomebodyStirs(work: () => void): void {
  waiting.push(work);
  for (const kind of stirs) window.addEventListener(kind, onFirstStir, { capture: true, passive: true });
}

/** The component that `load` brings. It waits in the nearest Suspense, which `WhenAsked` is. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let part: ComponentType<Props> | null = null;
  let coming: Promise<ComponentType<Props>> | null = null;
  const ask = (): Promise<ComponentType<Props>> => {
    coming ??= load().then((loaded) => (part = loaded));
    return coming;
  };
  if (typeof document !== 'undefined') {
    onceSomebodyStirs(() => {
      ask().catch(() => {
        coming = null; // It is asked for again when it is wanted, and then its failure is told.
      });
    });
  }
  return function Later(props: Props) {
    return createElement(part ?? use(ask()), props);
  };
}

/** What is in the page only while somebody asks for it, and only in a browser. */
export function WhenAsked({ when, children }: { when: boolean; children: ReactNode }) {
  const listening = useListening();
  return when && listening ? <Suspense fallback={null}>{children}</Suspense> : null;
}
