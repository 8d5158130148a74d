import { useState } from 'react';

/** Who has the keyboard, or the button of the menu that has it: menus are gone before what they open. */
function keyboardHolder(): HTMLElement | null {
  const holder = document.activeElement;
  if (!(holder instanceof HTMLElement)) return null;
  const button = holder.closest('[role="menu"]')?.getAttribute('aria-labelledby') ?? null;
  return button === null ? holder : document.getElementById(button);
}

/**
 * Gives the keyboard back to whoever had it when this was drawn first: the `onCloseAutoFocus` of what floats above a page. Radix does
 * that for its own buttons only.
 */
export function useGivingBack(): (event: Event) => void {
  const [holder] = useState(keyboardHolder);
  return (event) => {
    event.preventDefault();
    holder?.focus();
  };
}
