/**
 * Forces one directory for many that ask at the same time: thousands of logs whose folders are new lie in one directory,
 * and forcing it once is enough for all that was there when it began.
 */
import type { Disk } from '../platform/platform.ts';

export function sharedSync(disk: Disk, path: string): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  return () =>
    // One that runs already may have begun before the name was made.
    (waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = null;
        running = disk.syncDirectory(path);
        return running;
      }));
}
