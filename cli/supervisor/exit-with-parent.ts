/**
 * Loaded into every supervised process (`node --import`): when the supervisor is gone, also by kill -9, the channel to
 * it closes, and the process ends itself as if it had been asked to; one that does not manage is ended hard.
 * It also keeps a write to the supervisor's closed pipe from becoming a crash in the middle of that.
 */
import { isMainThread } from 'node:worker_threads';

const endedHardAfterMs = 8_000;

function endWithParent(): void {
  setTimeout(() => process.exit(1), endedHardAfterMs).unref();
  process.kill(process.pid, 'SIGTERM');
}

if (isMainThread && process.channel !== undefined) {
  process.once('disconnect', endWithParent);
  // Listening must not keep a process alive that has nothing else to do.
  process.channel.unref();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
} else if (isMainThread && process.env['AQUILA_SUPERVISED'] !== undefined) {
  endWithParent();
}
