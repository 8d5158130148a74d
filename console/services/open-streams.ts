/** The event streams that are open in this process: counted for each user, ended together when the server stops. */
const key = Symbol.for('aquila.console.streams');
type Open = Map<() => void, string>;
const processWide = globalThis as typeof globalThis & { [key]?: Open };
const open = (): Open => (processWide[key] ??= new Map());

export const openStreams = {
  /** Returns what takes it out again. */
  add(actorId: string, close: () => void): () => void {
    open().set(close, actorId);
    return () => void open().delete(close);
  },
  count(actorId: string): number {
    return [...open().values()].filter((id) => id === actorId).length;
  },
  total(): number {
    return open().size;
  },
  closeAll(): void {
    for (const close of [...open().keys()]) close();
  },
};
