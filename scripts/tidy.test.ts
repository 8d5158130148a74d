/**
 * What must not be in any committed file: paths of the machine it was written on, and the registries and trackers that
 * stand behind the work. Readers of this repository have neither. The words are put together here so that this
 * file does not contain them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './checks/source-files.ts';

const word = (...parts: string[]): string => parts.join('');
const forbidden: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'a path of the machine it was written on',
    pattern: new RegExp(word('/wo', 'rk/|/tmp/', 'plan|/ro', 'ot/')),
  },
  {
    what: 'a private note',
    pattern: new RegExp(word('facts', '\\.md|reliability-', 'security|kafka-', 'eagle\\.md|peers', '\\.md')),
  },
  {
    what: 'a package registry host',
    pattern: new RegExp(
      word('registry\\.np', 'mjs|pypi\\.', 'org|crates', '\\.io|proxy\\.go', 'lang|repo1?\\.ma', 'ven'),
    ),
  },
  { what: 'a left-over', pattern: new RegExp(word('\\b(TO', 'DO|FIX', 'ME|XX', 'X)\\b')) },
  { what: 'a focused test', pattern: new RegExp(word('\\b(it|test|describe)\\.on', 'ly\\(')) },
  { what: 'a skipped test without a condition', pattern: new RegExp(word('\\b(it|describe)\\.sk', 'ip\\(')) },
];

describe('every file of the repository', () => {
  const files = sourceFiles(
    /\.(ts|tsx|js|mjs|cjs|json|md|sh|css|prisma|sql|properties|example|yml)$|^bin\/|^\.ci\//,
  ).filter((file) => !file.startsWith('protocol/golden/') && file !== 'package-lock.json');

  it.each(forbidden)('is free of $what', ({ pattern }) => {
    const found = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
        ),
    );
    expect(found).toEqual([]);
  });

  it('ends its lines with a line feed alone', () => {
    expect(files.filter((file) => readFileSync(file, 'utf8').includes('\r\n'))).toEqual([]);
  });
});
