/** The files of this repository that people write: all but what .gitignore names. Works without git on the machine. */
import { readdirSync, readFileSync } from 'node:fs';
import ignore from 'ignore';

/** Paths relative to the repository's root (the working directory), sorted. */
export function sourceFiles(matching: RegExp): string[] {
  const ignored = ignore().add('.git/').add(readFileSync('.gitignore', 'utf8'));
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) {
        if (!ignored.ignores(`${path}/`)) visit(`${path}/`);
      } else if (entry.isFile() && matching.test(path) && !ignored.ignores(path)) {
        found.push(path);
      }
    }
  };
  visit('');
  return found.sort();
}
