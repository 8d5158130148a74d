/**
 * The one event stream of a tab. PURE of React: a small store that owns the EventSource, says how the connection is, and
 * hands each snapshot to whoever feeds the cache.
 *
 * `paused` keeps the connection but holds what arrives, so that a reader can point at a number; going on applies the last one.
 * The browser reconnects by itself; a closed source (the server said no) is opened again after a pause.
 */
export type LiveConnection = 'connecting' | 'open' | 'lost';

export interface LiveState {
  readonly connection: LiveConnection;
  readonly paused: boolean;
  /** When the last snapshot arrived, by this machine's clock; null before the first. */
  readonly lastAtMs: number | null;
}

const REOPEN_MS = 5_000;

export interface LiveStream {
  readonly state: () => LiveState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly setPaused: (paused: boolean) => void;
  readonly close: () => void;
}

export const idleState: LiveState = { connection: 'connecting', paused: false, lastAtMs: null };

export function openLiveStream(url: string, apply: (data: string) => void): LiveStream {
  let state = idleState;
  let held: string | null = null;
  let source: EventSource | null = null;
  let reopening: ReturnType<typeof setTimeout> | null = null;
  let closed = false;
  const listeners = new Set<() => void>();
  const become = (change: Partial<LiveState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const open = (): void => {
    source = new EventSource(url);
    source.addEventListener('open', () => become({ connection: 'open' }));
    source.addEventListener('snapshot', (event: MessageEvent<string>) => {
      if (state.paused) held = event.data;
      else apply(event.data);
      become({ connection: 'open', lastAtMs: Date.now() });
    });
    source.addEventListener('error', () => {
      become({ connection: 'lost' });
      if (source?.readyState === EventSource.CLOSED && !closed && reopening === null) {
        reopening = setTimeout(() => {
          reopening = null;
          open();
        }, REOPEN_MS);
      }
    });
  };
  open();

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setPaused: (paused) => {
      become({ paused });
      if (!paused && held !== null) {
        apply(held);
        held = null;
      }
    },
    close: () => {
      closed = true;
      source?.close();
      if (reopening !== null) clearTimeout(reopening);
    },
  };
}
