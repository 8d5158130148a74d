/**
 * What is remembered of each who uses a quota. Whoever has used nothing for long is like one who was never seen, and is forgotten:
 * client ids are the clients' own choice, and may be as many as they like.
 */
const FIRST_LOOK_AT = 1_000;

export class Sharers<State> {
  readonly #make: (nowMs: number) => State;
  readonly #isAsNew: (state: State, nowMs: number) => boolean;
  readonly #states = new Map<string, State>();
  #nextLookAt = FIRST_LOOK_AT;

  constructor(make: (nowMs: number) => State, isAsNew: (state: State, nowMs: number) => boolean) {
    this.#make = make;
    this.#isAsNew = isAsNew;
  }

  get size(): number {
    return this.#states.size;
  }

  /** Whoever has used something, and is not forgotten. */
  entries(): Iterable<readonly [sharer: string, state: State]> {
    return this.#states.entries();
  }

  forget(sharer: string): void {
    this.#states.delete(sharer);
  }

  of(sharer: string, nowMs: number): State {
    const known = this.#states.get(sharer);
    if (known !== undefined) return known;
    if (this.#states.size >= this.#nextLookAt) this.#forget(nowMs);
    const state = this.#make(nowMs);
    this.#states.set(sharer, state);
    return state;
  }

  #forget(nowMs: number): void {
    for (const [sharer, state] of this.#states) if (this.#isAsNew(state, nowMs)) this.#states.delete(sharer);
    this.#nextLookAt = Math.max(FIRST_LOOK_AT, 2 * this.#states.size);
  }
}
