/** A log that says the same thing at most once a minute, and then how often it was left out. */

const PERIOD_MS = 60_000;
const KINDS_MAX = 1_000;

export class RareLog {
  readonly #log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly #nowMs: () => number;
  readonly #last = new Map<string, { atMs: number; leftOut: number }>();

  constructor(log: (event: string, fields: Readonly<Record<string, unknown>>) => void, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** The same thing is the same event of the same cluster. */
  write(event: string, fields: Readonly<Record<string, unknown>>): void {
    const { cluster } = fields;
    const kind = `${event} ${typeof cluster === 'string' ? cluster : ''}`;
    const nowMs = this.#nowMs();
    const last = this.#last.get(kind);
    if (last !== undefined && Math.abs(nowMs - last.atMs) < PERIOD_MS) {
      last.leftOut++;
      return;
    }
    if (this.#last.size >= KINDS_MAX) this.#last.clear();
    this.#last.set(kind, { atMs: nowMs, leftOut: 0 });
    this.#log(
      event,
      last === undefined || last.leftOut === 0 ? fields : { ...fields, leftOut: last.leftOut },
    );
  }
}
