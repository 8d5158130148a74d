/**
 * The data directory as a whole: who made it, who is using it, and where things lie in it.
 *
 *   aquila.json          layout number; a directory of another layout is refused instead of misread
 *   aquila.db            the console's database        broker-N/   a bundled broker's files
 *   logs/  run/          log files; pid and status files of what is running
 *
 * One supervisor at a time owns it, by run/aquila.pid: the owner's id and start time, so that a pid file left behind
 * by a crash is recognised.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../command-error.ts';
import { processIdentity } from './process-identity.ts';

const layout = 1;

export const logDirectory = (data: string): string => path.join(data, 'logs');
export const runDirectory = (data: string): string => path.join(data, 'run');
const pidFile = (data: string): string => path.join(runDirectory(data), 'aquila.pid');

interface Owner {
  readonly pid: number;
  readonly identity: string;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return undefined;
  }
}

/** Writes beside the file and renames, so that a reader sees the old or the new content, never half of it. */
export function replaceJson(file: string, value: unknown): void {
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, file);
}

function checkLayout(data: string, version: string): void {
  const file = path.join(data, 'aquila.json');
  const found = readJson(file);
  if (found === null) {
    replaceJson(file, { layout, createdBy: version });
    return;
  }
  const number = typeof found === 'object' && found !== null && 'layout' in found ? found.layout : undefined;
  if (number !== layout) {
    throw new CommandError(
      `--data ${data}: this directory was made by another version of Aquila (layout ${String(number)}, this version uses ${layout}). Use that version, or another --data.`,
    );
  }
}

/** The running supervisor of a data directory, or null. */
export function ownerOf(data: string): Owner | null {
  const found = readJson(pidFile(data)) as Partial<Owner> | null | undefined;
  if (typeof found?.pid !== 'number' || typeof found.identity !== 'string') return null;
  return processIdentity(found.pid) === found.identity ? { pid: found.pid, identity: found.identity } : null;
}

/** Step by step: Node's own recursive form never returns where a file system refuses new names with ENOENT (/proc). */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function makeDirectories(data: string): void {
  try {
    for (const directory of [data, logDirectory(data), runDirectory(data)]) makeDirectory(directory);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      `--data ${data}: the directory cannot be made (${code ?? message}). Check the path and who may write there.`,
    );
  }
}

/**
 * Takes the directory for this process. The returned function gives it back.
 * @throws CommandError when it is in use or of another version
 */
export function takeDataDirectory(data: string, version: string): () => void {
  makeDirectories(data);
  checkLayout(data, version);
  const file = pidFile(data);
  const mine: Owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  for (;;) {
    const owner = ownerOf(data);
    if (owner !== null) {
      throw new CommandError(
        `--data ${data}: in use by process ${owner.pid}. Stop that one ("bin/aquila stop"), or use another --data.`,
      );
    }
    rmSync(file, { force: true });
    try {
      writeFileSync(file, `${JSON.stringify(mine)}\n`, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return () => {
    if (ownerOf(data)?.pid === process.pid) rmSync(file, { force: true });
  };
}
