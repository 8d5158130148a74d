/**
 * What the supervisor says of its processes, read from the file it writes. Without a supervisor, or after it died,
 * there is nothing to say. Read at most once a second.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { processNoticeSchema } from '../contracts/overview.ts';
import type { ProcessNotice } from '../contracts/overview.ts';
import type { ConsoleContext } from './context.ts';

const statusSchema = z.object({
  supervisorPid: z.number().int().positive(),
  processes: z.array(processNoticeSchema),
});
const cacheMs = 1_000;

let cached: { directory: string; atMs: number; notices: ProcessNotice[] } | null = null;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** `runDirectory` is the run/ of a data directory. */
export async function readProcessNotices(runDirectory: string): Promise<ProcessNotice[]> {
  const file = path.join(runDirectory, 'status.json');
  try {
    const status = statusSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return status.success && isAlive(status.data.supervisorPid) ? status.data.processes : [];
  } catch {
    return []; // Not there, or being replaced by another version: nothing to say.
  }
}

export async function processNotices(context: ConsoleContext): Promise<ProcessNotice[]> {
  const directory = path.join(context.config.dataDirectory, 'run');
  const atMs = Date.now();
  if (cached?.directory === directory && atMs - cached.atMs < cacheMs) return cached.notices;
  const notices = await readProcessNotices(directory);
  cached = { directory, atMs, notices };
  return notices;
}
