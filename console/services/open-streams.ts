/**
 * The event streams that are open in this process: counted for each user, ended with the session or token that opened them,
 * and all together when the server stops. One that is about to be opened has its place already.
 */
const key = Symbol.for('aquila.console.streams');
const reservedKey = Symbol.for('aquila.console.streams.reserved');

interface Owner {
  readonly actorId: string;
  /** The session's id, or the token's. */
  readonly openedWith: string;
}
type Open = Map<() => void, Owner>;
const processWide = globalThis as typeof globalThis & {
  [key]?: Open;
  [reservedKey]?: Set<{ actorId: string }>;
};
const open = (): Open => (processWide[key] ??= new Map());
const reserved = (): Set<{ actorId: string }> => (processWide[reservedKey] ??= new Set());

const countOf = (actorId: string, all: Iterable<{ readonly actorId: string }>): number =>
  [...all].filter((each) => each.actorId === actorId).length;

function closeWhere(matches: (owner: Owner) => boolean): void {
  for (const [close, owner] of [...open()]) if (matches(owner)) close();
}

export const openStreams = {
  /** Returns what takes it out again. */
  add(owner: Owner, close: () => void): () => void {
    open().set(close, owner);
    return () => void open().delete(close);
  },
  /** A place for one that is about to be opened, and what gives it up; null when there is none left. */
  reserve(actorId: string, most: number): (() => void) | null {
    if (countOf(actorId, open().values()) + countOf(actorId, reserved()) >= most) return null;
    const place = { actorId };
    reserved().add(place);
    return () => void reserved().delete(place);
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
