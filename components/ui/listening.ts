'use client';

/**
 * Whether the page listens already. What the server sends can be filled in and clicked before the scripts are there; a form
 * that was submitted then would go its own way, with what was typed in the address.
 */
import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => undefined;

export function useListening(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
