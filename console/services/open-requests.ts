/**
 * The requests that are being answered in this process, so that stopping does not cut them off: from the signal on nobody new is let in,
 * those who are being answered are waited for, and only then the database goes. It hears of them by Node's own channel, because Next hands out
 * neither its server nor its answers. What it knows hangs on globalThis: each of Next's bundles has a copy of this module.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Server, ServerResponse } from 'node:http';
import { withDeadline } from './with-deadline.ts';

const key = Symbol.for('aquila.console.requests');

interface OpenRequests {
  readonly answering: Set<ServerResponse>;
  readonly servers: Set<Server>;
  stopping: boolean;
  /** Called when the last one is answered. */
  onNone: () => void;
}
const processWide = globalThis as typeof globalThis & { [key]?: OpenRequests };
const state = (): OpenRequests =>
  (processWide[key] ??= {
    answering: new Set(),
    servers: new Set(),
    stopping: false,
    onNone: () => undefined,
  });

/** Once per process, before the first request. */
export function followRequests(): void {
  const { answering, servers } = state();
  subscribe('http.server.request.start', (message) => {
    const { response, server } = message as { response: ServerResponse; server: Server };
    servers.add(server);
    answering.add(response);
    // Comes after the last byte was handed over, and also when the client left before that.
    response.once('close', () => {
      answering.delete(response);
      if (answering.size === 0) state().onNone();
    });
  });
}

/** From then on the API answers that it is not ready. */
export const isStopping = (): boolean => state().stopping;

/** Lets nobody in any more and resolves once everybody is answered, or after `withinMs`. Streams are to be closed by who opened them. */
export async function finishRequests(withinMs: number): Promise<void> {
  const requests = state();
  requests.stopping = true;
  for (const server of requests.servers) {
    server.close();
    server.closeIdleConnections();
  }
  if (requests.answering.size === 0) return;
  const none = new Promise<undefined>((resolve) => {
    requests.onNone = () => resolve(undefined);
  });
  await withDeadline(none, withinMs, undefined);
}
