/**
 * Keeps what somebody does to a page before its scripts are there. What the server sends looks ready, and a slow line leaves seconds in
 * which a click finds nobody and a search stays in its field while the list below shows everything. The recorder stands in the page
 * itself, ahead of all scripts; `replay.ts` gives what it kept to the page as soon as that listens.
 */

/** A field that says what somebody typed, chose or ticked. */
export type EarlyField = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface EarlyInput {
  /** The last value of each field in the order of first changes; of boxes and radio buttons the tick. */
  readonly fields: ReadonlyMap<EarlyField, string | boolean>;
  /** The last click on anything else. Only the last: who sees nothing happen clicks again. */
  readonly click: MouseEvent | null;
}

declare global {
  interface Window {
    /** Ends the recording and hands out what was kept. Gone once it was called. */
    aquilaTakeEarlyInput?: () => EarlyInput;
  }
}

/** Runs as the text of an inline script: everything it uses is inside, or the browser's. */
export function recordEarlyInput(): void {
  const fields = new Map<EarlyField, string | boolean>();
  let click: MouseEvent | null = null;
  const isTick = (target: EventTarget | null): target is HTMLInputElement =>
    target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio');
  const isField = (target: EventTarget | null): target is EarlyField =>
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement;
  const onInput = (event: Event): void => {
    if (isField(event.target) && !isTick(event.target)) fields.set(event.target, event.target.value);
  };
  const onClick = (event: MouseEvent): void => {
    if (isTick(event.target)) fields.set(event.target, event.target.checked);
    else if (!isField(event.target)) click = event;
  };
  window.addEventListener('input', onInput, true);
  window.addEventListener('click', onClick, true);
  window.aquilaTakeEarlyInput = () => {
    window.removeEventListener('input', onInput, true);
    window.removeEventListener('click', onClick, true);
    delete window.aquilaTakeEarlyInput;
    return { fields, click };
  };
}
