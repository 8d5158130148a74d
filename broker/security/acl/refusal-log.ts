/**
 * Tells who was refused what, each line once in a minute: a consumer without its ACL asks ten times a second, and must not fill the log.
 */
import type { Logger } from '../../platform/logger.ts';

const SILENCE_MS = 60_000;
/** Lines that are remembered. */
const MAX_LINES = 1_000;

interface Said {
  readonly atMs: number;
  leftOut: number;
}

export class RefusalLog {
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #nowMs: () => number;
  /** In the order in which they were said. */
  readonly #said = new Map<string, Said>();

  /** `nowMs` only ever rises. */
  constructor(logger: Pick<Logger, 'warn'>, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  /** Null: there is nothing to tell. */
  tell(line: string | null): void {
    if (line === null) return;
    const atMs = this.#nowMs();
    const before = this.#said.get(line);
    if (before !== undefined && atMs - before.atMs < SILENCE_MS) {
      before.leftOut += 1;
      return;
    }
    this.#said.delete(line);
    const [oldest] = this.#said.keys();
    if (this.#said.size >= MAX_LINES && oldest !== undefined) this.#said.delete(oldest);
    this.#said.set(line, { atMs, leftOut: 0 });
    const leftOut = before?.leftOut ?? 0;
    this.#logger.warn(leftOut === 0 ? line : `${line} (${String(leftOut)} times more before)`);
  }
}
