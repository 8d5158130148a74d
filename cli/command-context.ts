/** What a verb gets handed: where the product lies, and where its words go. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface CommandContext {
  /** Absolute path of the clone. */
  readonly root: string;
  /** What stands behind the verb. */
  readonly argv: readonly string[];
  /** One line of result, on standard output. */
  readonly print: (line: string) => void;
  /** One line about what goes on, on standard error. */
  readonly say: (line: string) => void;
}

export function productVersion(root: string): string {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
