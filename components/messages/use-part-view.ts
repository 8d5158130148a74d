'use client';

/** The way keys and values are looked at, kept in this browser: who reads JSON in one topic reads it in the next. */
import { useSyncExternalStore } from 'react';
import { partViews, type PartView } from './part-view';

const KEY = 'aquila-message-view';
const EVENT = 'aquila-message-view';
const usual: PartView = 'json';

function read(): PartView {
  try {
    const kept = window.localStorage.getItem(KEY);
    return partViews.find((view) => view === kept) ?? usual;
  } catch {
    return usual;
  }
}

/** A browser that keeps nothing goes on with the usual one. */
function choose(view: PartView): void {
  try {
    window.localStorage.setItem(KEY, view);
  } catch {
    return;
  }
  window.dispatchEvent(new Event(EVENT));
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(EVENT, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(EVENT, listener);
    window.removeEventListener('storage', listener);
  };
}

export function usePartView(): readonly [PartView, (view: PartView) => void] {
  const view = useSyncExternalStore(subscribe, read, () => usual);
  return [view, choose] as const;
}
