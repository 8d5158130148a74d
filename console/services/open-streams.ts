/**
 * The event streams that are open in this process: counted for each user, ended with the session or token that opened them,
 * and all together when the server stops.
 */
const key = Symbol.for('aquila.console.streams');

interface Owner {
  readonly actorId: string;
  /** The session's id, or the token's. */
  readonly openedWith: string;
}
type Open = Map<() => void, Owner>;
const processWide = globalThis as typeof globalThis & { [key]?: Open };
const open = (): Open => (processWide[key] ??= new Map());

function closeWhere(matches: (owner: Owner) => boolean): void {
  for (const [close, owner] of [...open()]) if (matches(owner)) close();
}

export const openStreams = {
  /** Returns what takes it out again. */
  add(owner: Owner, close: () => void): () => void {
    open().set(close, owner);
    return () => void open().delete(close);
  },
  count(actorId: string): number {
    return [...open().values()].filter((owner) => owner.actorId === actorId).length;
  },
  total(): number {
    return open().size;
  },
  /** Those that were opened with this session or token. */
  closeOf(openedWith: string): void {
    closeWhere((owner) => owner.openedWith === openedWith);
  },
  /** Those of this user. */
  closeOfActor(actorId: string): void {
    closeWhere((owner) => owner.actorId === actorId);
  },
  closeAll(): void {
    closeWhere(() => true);
  },
};
