/**
 * Fails on files that have grown past what one reads at a sitting, and on names that say nothing.
 *
 *   npx tsx scripts/check-file-size.ts
 *
 * 400 lines for code, 600 for tests. Pure tables, where length is the number of rows and not of thoughts, are exempt by
 * name below; so is generated code. A file that hits the limit usually holds two subjects: give each its own.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourceFiles } from './checks/source-files.ts';

const CODE_LINES_MAX = 400;
const TEST_LINES_MAX = 600;

/** Tables: one row a fact. Every entry says which. */
const exemptTables: readonly RegExp[] = [
  /^broker\/config\/[a-z-]*(keys|table)[a-z-]*\.ts$/, // one row a configuration key
  /^protocol\/errors\.ts$/, // one row an error code
  /^messages\/[a-z-]+\.(ts|json)$/, // one row a sentence
  /^prisma\/generated\//,
];
const vagueName = /^(utils?|helpers?|misc|common|stuff|manager|tools?)$/i;

const isTest = (file: string): boolean =>
  /(\.test|\.contract|\.fuzz|\.spec)\.tsx?$|^(e2e|compat|faults)\//.test(file);

/** Complaints about one file, in words; empty when it is fine. */
export function complaintsAbout(file: string, text: string): string[] {
  const complaints: string[] = [];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const linesMax = isTest(file) ? TEST_LINES_MAX : CODE_LINES_MAX;
  if (lines > linesMax && !exemptTables.some((pattern) => pattern.test(file))) {
    complaints.push(`${file}: ${lines} lines, at most ${linesMax}. Two subjects in a file are two files.`);
  }
  const parts = file.replace(/(\.(test|int|contract|fuzz|spec|config|d))*\.[a-z]+$/, '').split('/');
  const vague = parts.find((part) => vagueName.test(part));
  if (vague !== undefined)
    complaints.push(`${file}: the name "${vague}" says nothing; name it after what it owns.`);
  const base = path.basename(file);
  if (!/^[a-z0-9[\]().-]+$/.test(base)) complaints.push(`${file}: file names are kebab-case.`);
  return complaints;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const complaints = sourceFiles(/\.(ts|tsx|mjs|cjs|js)$/).flatMap((file) =>
    complaintsAbout(file, readFileSync(file, 'utf8')),
  );
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
