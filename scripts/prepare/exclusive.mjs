/**
 * Only one process at a time prepares a clone: `npm start` and `npm test` may well be typed in two terminals at once.
 * The lock is a file that its holder touches every second; one that has not been touched for a while, or whose holder
 * is gone, was left behind by a killed process and is taken over.
 */
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const touchEveryMs = 1_000;
const abandonedAfterMs = 15_000;
const lookAgainMs = 250;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The holder's process id, or null when the lock was left behind. */
function holderOf(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const ageMs = Date.now() - statSync(file).mtimeMs;
    if (pid > 0 && !isAlive(pid)) return null;
    return ageMs > abandonedAfterMs ? null : pid;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function tryToTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes a lock that was left behind; if another process was quicker and holds it by now, it gets it back. */
function clearAbandoned(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== null) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Runs `work` while no other process does so for the same file.
 * @param {(pid: number) => void} onWait called once when another process is at it
 */
export async function exclusively(file, work, onWait) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!tryToTake(file)) {
    const holder = holderOf(file);
    if (holder === null) {
      clearAbandoned(file);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
  const release = () => rmSync(file, { force: true });
  const touching = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Somebody cleaned the cache directory; the work itself is not hurt by that.
    }
  }, touchEveryMs);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    process.removeListener('exit', release);
    release();
  }
}
