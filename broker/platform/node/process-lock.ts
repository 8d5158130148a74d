/**
 * A lock file that ends with its process. Node has no flock(2), so the file holds the process id together with the
 * start time of that process: an id alone may have been given to another process since (always so in containers,
 * where every first process is number 1).
 *
 * A file whose holder is gone is moved aside and looked at again before it is replaced, so that of two processes
 * that find it at the same moment only one breaks it.
 */
import * as fs from 'node:fs';

interface LockContent {
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Field 22 of /proc/PID/stat, clock ticks since boot, with the boot id; empty where there is no /proc. Null for a
 * zombie: it has ended, its files are closed, only nobody has asked for its exit code yet.
 */
function processStart(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (afterName[0] === 'Z' || afterName[0] === 'X') return null;
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${afterName[19] ?? ''}`;
  } catch {
    return '';
  }
}

function isAlive(content: LockContent): boolean {
  try {
    process.kill(content.pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const start = processStart(content.pid);
  if (start === null) return false;
  return start === '' || content.startedAt === '' || start === content.startedAt;
}

function parse(text: string): LockContent | null {
  const match = /^pid=(\d+)\nstarted=(.*)\n$/.exec(text);
  return match?.[1] === undefined ? null : { pid: Number(match[1]), startedAt: match[2] ?? '' };
}

function readIfThere(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function createExclusively(path: string, text: string): boolean {
  // Written elsewhere and linked into place: nobody ever sees a lock file that is still empty.
  const draft = `${path}.${process.pid}.new`;
  fs.writeFileSync(draft, text);
  try {
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.unlinkSync(draft);
  }
}

/** Moves a dead holder's file away; false when it turned out to be somebody's fresh one. */
function breakStale(path: string, aside: string, staleText: string): boolean {
  try {
    fs.renameSync(path, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
  const isStale = fs.readFileSync(aside, 'utf8') === staleText;
  if (!isStale) {
    try {
      fs.linkSync(aside, path);
    } catch {
      // A third process holds the name by now; then it is the holder.
    }
  }
  fs.unlinkSync(aside);
  return isStale;
}

export function takeProcessLock(
  path: string,
  aside: string,
): { readonly release: () => void } | { readonly heldBy: string } {
  const own = `pid=${process.pid}\nstarted=${processStart(process.pid) ?? ''}\n`;
  for (let round = 0; round < 3; round++) {
    if (createExclusively(path, own)) {
      return {
        release: () => {
          if (readIfThere(path) === own) fs.unlinkSync(path);
        },
      };
    }
    const text = readIfThere(path);
    if (text === null) continue;
    // A file that we did not write (Apache Kafka leaves an empty one) holds no process: it counts as left over.
    const content = parse(text);
    if (content !== null && isAlive(content)) return { heldBy: `process ${content.pid}` };
    if (!breakStale(path, aside, text)) continue;
  }
  return { heldBy: 'another process that is starting at the same moment' };
}
