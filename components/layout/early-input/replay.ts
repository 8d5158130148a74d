'use client';

/** Does again, now that the page listens, what somebody did before (`recorder.ts`). */
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { EarlyField, EarlyInput } from './recorder';

/**
 * React hears of a value only when it differs from the one it saw last, and what it saw when it took over the page is what was typed. A
 * value that is set through the field counts as seen; one that is set past it, by the prototype, is news.
 */
function replayField(field: EarlyField, value: string | boolean): void {
  if (typeof value === 'boolean') {
    if (!(field instanceof HTMLInputElement) || value === field.defaultChecked) return;
    field.checked = !value;
    field.click();
  } else if (field instanceof HTMLSelectElement) {
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  } else {
    const prototype = Object.getPrototypeOf(field) as object;
    field.value = `${value} `;
    Reflect.set(prototype, 'value', value, field);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/**
 * With the press and the release before it, or the key: menus open on either, and a key goes on to their first item. Links need no help,
 * the browser follows them by itself.
 */
function replayClick({ target, detail }: MouseEvent): void {
  if (!(target instanceof Element) || !target.isConnected || target.closest('a[href]') !== null) return;
  const how = { bubbles: true, cancelable: true, composed: true, view: window, detail };
  // UI Events: the click of a key counts no presses.
  if (detail === 0) {
    if (!target.dispatchEvent(new KeyboardEvent('keydown', { ...how, key: 'Enter', code: 'Enter' }))) return;
  } else {
    target.dispatchEvent(new PointerEvent('pointerdown', { ...how, pointerType: 'mouse', isPrimary: true }));
    target.dispatchEvent(new PointerEvent('pointerup', { ...how, pointerType: 'mouse', isPrimary: true }));
  }
  target.dispatchEvent(new MouseEvent('click', how));
}

function replay({ fields, click }: EarlyInput): void {
  for (const [field, value] of fields) if (field.isConnected) replayField(field, value);
  if (click !== null) replayClick(click);
}

/** In the outermost component: its effects run when all below listens. */
export function useReplayOfEarlyInput(): void {
  const kept = useRef<EarlyInput | null>(null);
  useLayoutEffect(() => {
    const early = window.aquilaTakeEarlyInput?.();
    if (early === undefined) return;
    // React takes over at once when a click comes while it is at it, and hands out that click itself.
    kept.current = early.click !== null && early.click === window.event ? { ...early, click: null } : early;
  }, []);
  useEffect(() => {
    const early = kept.current;
    kept.current = null;
    // Not within the event that made React take over: a box is not clicked within its own click.
    if (early !== null) setTimeout(() => replay(early), 0);
  }, []);
}
