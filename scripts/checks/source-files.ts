/** The files of this repository that people write: what git tracks, or would track, without build output. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Paths relative to the repository's root (the working directory), sorted, existing ones only. */
export function sourceFiles(matching: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = listed.split('\0').filter((file) => file !== '' && matching.test(file) && existsSync(file));
  return [...new Set(files)].sort();
}
