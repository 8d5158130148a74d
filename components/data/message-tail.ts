/**
 * What arrives in a topic, from now on, until it is closed. Free of React. A connection that breaks is opened again after a moment,
 * and said to be lost until then; what the server refuses is told once and not tried again.
 */
import type { TailEvent } from '../../console/contracts/messages';
import { ApiProblem, apiStream } from './api-client';
import { EventLines } from './event-lines';

const REOPEN_MS = 3_000;

export interface TailListener {
  readonly onOpen: () => void;
  readonly onEvent: (event: TailEvent) => void;
  readonly onLost: () => void;
  /** It is over. */
  readonly onRefused: (problem: ApiProblem) => void;
}

async function follow(url: string, listener: TailListener, signal: AbortSignal): Promise<void> {
  const { body } = await apiStream(url, signal);
  if (body === null) return;
  listener.onOpen();
  const lines = new EventLines();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || signal.aborted) return;
    for (const { name, data } of lines.push(value))
      if (name === 'messages') listener.onEvent(JSON.parse(data) as TailEvent);
  }
}

/** Gives what closes it. */
export function openMessageTail(url: string, listener: TailListener): () => void {
  const ended = new AbortController();
  let reopening: ReturnType<typeof setTimeout> | null = null;
  const open = (): void => {
    reopening = null;
    follow(url, listener, ended.signal)
      .catch((error: unknown) => error)
      .then((error) => {
        if (ended.signal.aborted) return;
        if (error instanceof ApiProblem) {
          listener.onRefused(error);
          return;
        }
        listener.onLost();
        reopening = setTimeout(open, REOPEN_MS);
      })
      .catch(() => undefined);
  };
  open();
  return () => {
    ended.abort();
    if (reopening !== null) clearTimeout(reopening);
  };
}
