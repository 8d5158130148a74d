/** The wall clocks of a cluster's nodes, each set by a file (faults/abilities.ts `clockFrom`), right at first. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testDirectory } from '../mounted-disk.ts';

export class NodeClocks {
  readonly #directory = testDirectory();

  constructor() {
    for (const node of [0, 1, 2]) this.set(node, '+0');
  }

  fileOf(node: number): string {
    return join(this.#directory, `clock-${String(node)}`);
  }

  /** Seconds off, `+3600`, or a moment, `@2038-02-01 00:00:00`. */
  set(node: number, clock: string): void {
    writeFileSync(this.fileOf(node), `${clock}\n`);
  }
}
