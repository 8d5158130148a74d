/**
 * Looks at log directories with Apache Kafka's dump tool, and with ours beside it: theirs must find nothing wrong, ours must print
 * the same. Always over a copy, because their tool cuts the indexes that it has looked at.
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runDump } from '../cli/kafka-dump-log/run-dump.ts';
import { runProgram, type ProgramResult } from './run-program.ts';

/** What their tool, or a record's batch, says when something is wrong. */
const COMPLAINT =
  /^(?:Mismatches in|Found (?:timestamp mismatch|out of order)|The following indexed|Snapshot (?:is|failed)|Exception).*$|isvalid: false|invalid bytes at the end/gm;
/** It expects each log to begin at offset 0; that a later segment follows -1 is no fault. */
const GAP = /^ {2}(?!-1 )-?\d+ is followed by \d+$/gm;

/** How the records of internal topics are to be read. */
const DECODERS: readonly (readonly [topic: string, option: string])[] = [
  ['__consumer_offsets-', '--offsets-decoder'],
  ['__cluster_metadata-', '--cluster-metadata-decoder'],
];

export interface DumpCheck {
  /** The bin folder with their tool. */
  readonly tools: string;
  /** The log directory: folders of partitions. */
  readonly data: string;
  /** Where to put the copy; what is there is removed. */
  readonly copy: string;
  /** Whether the broker was stopped cleanly: only then are its indexes cut to their entries. */
  readonly isClean: boolean;
}

/** Resolves with the number of files looked at. Throws Error with the first complaint or difference. */
export async function checkWithDumpTools({ tools, data, copy, isClean }: DumpCheck): Promise<number> {
  rmSync(copy, { recursive: true, force: true });
  cpSync(data, copy, { recursive: true });
  let files = 0;
  for (const partition of readdirSync(copy).filter((name) => /-\d+$/.test(name))) {
    const folder = join(copy, partition);
    const named = (ending: RegExp): string[] =>
      readdirSync(folder)
        .filter((name) => ending.test(name))
        .sort()
        .map((name) => join(folder, name));
    const [logs, indexes, others] = [named(/\.log$/), named(/index$/), named(/\.snapshot$/)];
    const decoder = [DECODERS.find(([topic]) => partition.startsWith(topic))?.[1] ?? '--deep-iteration'];
    // Compaction leaves gaps between offsets; that is no fault.
    const gaps = partition.startsWith('__consumer_offsets') || partition.includes('compact');
    await compareTools(tools, logs, decoder, gaps);
    if (logs.length > 0) await compareTools(tools, logs.slice(0, 1), ['--print-data-log'], gaps);
    const entries = indexes.filter((name) => !name.endsWith('.txnindex'));
    if (isClean) await compareTools(tools, entries, ['--index-sanity-check'], false);
    await compareTools(tools, [...indexes, ...others], [], false);
    files += logs.length + indexes.length + others.length;
  }
  return files;
}

async function compareTools(
  tools: string,
  files: readonly string[],
  options: readonly string[],
  gapsAllowed: boolean,
): Promise<void> {
  if (files.length === 0) return;
  const argv = ['--files', files.join(','), ...options];
  const ours = await runOurs(argv);
  const theirs = await runProgram(join(tools, 'kafka-dump-log.sh'), argv);
  const complaints = [...matches(theirs, COMPLAINT), ...(gapsAllowed ? [] : matches(theirs, GAP))];
  if (theirs.status !== 0 || complaints.length > 0)
    throw new Error(`${argv.join(' ')}: ${complaints[0] ?? theirs.stderr.slice(0, 2_000)}`);
  if (ours.status !== theirs.status || ours.stdout !== theirs.stdout)
    throw new Error(
      `${argv.join(' ')}: ours prints something else:\n${firstDifference(ours.stdout, theirs.stdout)}`,
    );
}

function matches({ stdout, stderr }: ProgramResult, pattern: RegExp): string[] {
  return [...stdout.matchAll(pattern), ...stderr.matchAll(pattern)].map(([line]) => line);
}

async function runOurs(argv: readonly string[]): Promise<{ status: number; stdout: string }> {
  const pieces: string[] = [];
  const write = (text: string): Promise<boolean> => Promise.resolve(pieces.push(text) > 0);
  const status = await runDump(argv, { write, complain: () => undefined });
  return { status, stdout: pieces.join('') };
}

function firstDifference(ours: string, theirs: string): string {
  const [left, right] = [ours.split('\n'), theirs.split('\n')];
  const line = left.findIndex((text, index) => text !== right[index]);
  return `line ${String(line + 1)}\n  ours:   ${left[line] ?? ''}\n  theirs: ${right[line] ?? ''}`;
}
