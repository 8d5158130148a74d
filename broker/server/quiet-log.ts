/**
 * Log lines about clients, at most a few in each interval: whoever opens ten thousand bad connections must not be
 * able to fill the log. What was left out is counted and told with the next line.
 */
import type { Logger } from '../platform/logger.ts';

const LINES_PER_INTERVAL = 10;
const INTERVAL_MS = 10_000;

export class QuietLog {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  #intervalBeganMs = -Infinity;
  #lines = 0;
  #leftOut = 0;

  constructor(logger: Logger, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  info(message: string): void {
    if (this.#admit()) this.#logger.info(message);
  }

  warn(message: string): void {
    if (this.#admit()) this.#logger.warn(message);
  }

  #admit(): boolean {
    const now = this.#nowMs();
    if (now - this.#intervalBeganMs >= INTERVAL_MS) {
      this.#intervalBeganMs = now;
      this.#lines = 0;
      if (this.#leftOut > 0)
        this.#logger.info(`${String(this.#leftOut)} more lines of this kind were left out.`);
      this.#leftOut = 0;
    }
    this.#lines += 1;
    if (this.#lines <= LINES_PER_INTERVAL) return true;
    this.#leftOut += 1;
    return false;
  }
}
