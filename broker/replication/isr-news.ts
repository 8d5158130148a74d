/**
 * What the controller's answers did to in-sync replicas, for the log. An answer is about many partitions when a broker
 * comes or goes; all that one answer says makes one line, with the number and some examples. A single one is named.
 */
import { errorOf } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { IsrProposal } from './partition-state.ts';

const MAX_EXAMPLES = 3;

export class IsrNews {
  readonly #logger: Logger;
  #changed: string[] = [];
  readonly #refused = new Map<number, string[]>();
  #isDue = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  changed(name: string, isr: readonly number[]): void {
    this.#changed.push(`${name} [${isr.join(', ')}]`);
    this.#saySoon();
  }

  refused(name: string, { isr, partitionEpoch }: IsrProposal, errorCode: number): void {
    const ids = isr.map(({ brokerId }) => brokerId).join(', ');
    const refusals = this.#refused.get(errorCode) ?? [];
    this.#refused.set(errorCode, refusals);
    refusals.push(`${name} [${ids}] after partition epoch ${String(partitionEpoch)}`);
    this.#saySoon();
  }

  /** All partitions of an answer are told in one turn. */
  #saySoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#say());
  }

  #say(): void {
    this.#isDue = false;
    if (this.#changed.length > 0) this.#logger.info(`In-sync replicas are now: ${listed(this.#changed)}`);
    this.#changed = [];
    for (const [errorCode, refusals] of this.#refused)
      this.#logger.info(
        `The controller did not take in-sync replicas (${errorOf(errorCode).name}): ${listed(refusals)}`,
      );
    this.#refused.clear();
  }
}

function listed(all: readonly string[]): string {
  if (all.length <= MAX_EXAMPLES) return all.join(', ');
  return `${all.slice(0, MAX_EXAMPLES).join(', ')} and ${String(all.length - MAX_EXAMPLES)} more, ${String(all.length)} partitions in all`;
}
