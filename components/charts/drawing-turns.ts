/**
 * Whose turn it is to be drawn. A chart takes as long as a frame has time or longer, and a page holds twenty of them that all change at once: when
 * it opens, when the window moves, when somebody zooms. One after the other, each in a task of its own, they leave room between them for clicks.
 * Knows neither React nor what is drawn.
 *
 * Invariants:
 * - Nobody waits twice; who asks again before its turn keeps its place and is drawn as it is then.
 * - A drawing that fails takes only its own turn.
 */

/** Runs something later, in a task of its own. */
export type Later = (run: () => void) => void;

export class DrawingTurns {
  readonly #later: Later;
  /** In the order of their turns. */
  readonly #waiting = new Map<object, () => void>();
  #isComing = false;

  constructor(later: Later) {
    this.#later = later;
  }

  /** `draw` is called once, at the turn of `who`. */
  ask(who: object, draw: () => void): void {
    this.#waiting.set(who, draw);
    if (!this.#isComing) this.#come();
  }

  leave(who: object): void {
    this.#waiting.delete(who);
  }

  #come(): void {
    this.#isComing = true;
    this.#later(() => this.#next());
  }

  #next(): void {
    this.#isComing = false;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [who, draw] = first;
    this.#waiting.delete(who);
    if (this.#waiting.size > 0) this.#come();
    draw();
  }
}
