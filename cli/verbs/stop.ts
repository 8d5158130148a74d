/** `stop` and `restart`: by the pid file of the data directory. */
import { readDataDirectory, startSwitches } from '../read-start-options.ts';
import { CommandError } from '../command-error.ts';
import { startOptionRows } from '../options/start-options.ts';
import { ownerOf } from '../supervisor/data-directory.ts';
import type { CommandContext } from '../command-context.ts';
import type { Verb } from '../verb.ts';
import { start } from './start.ts';

const stopWithinMs = 15_000;
const lookEveryMs = 100;

/** Ends the supervisor, which ends everything else. Returns its id, or null when nothing ran. */
async function stopProduct(data: string): Promise<number | null> {
  const owner = ownerOf(data);
  if (owner === null) return null;
  process.kill(owner.pid, 'SIGTERM');
  const deadline = performance.now() + stopWithinMs;
  while (ownerOf(data)?.pid === owner.pid) {
    if (performance.now() > deadline) {
      throw new CommandError(
        `process ${owner.pid} did not end within ${stopWithinMs / 1000} s; "kill -9 ${owner.pid}" ends it, and everything it started, the hard way.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return owner.pid;
}

function dataOf(context: CommandContext): string {
  return readDataDirectory(context, 'restart', [
    ...startOptionRows.filter(({ flag }) => flag !== '--data'),
    ...startSwitches,
  ]);
}

export const stop: Verb = {
  name: 'stop',
  usage: '[--data DIRECTORY]',
  summary: 'stop what "start" started',
  async run(context) {
    const pid = await stopProduct(readDataDirectory(context, 'stop'));
    context.print(pid === null ? 'Aquila is not running.' : `Aquila has stopped (process ${pid}).`);
    return 0;
  },
};

export const restart: Verb = {
  name: 'restart',
  usage: '[options]',
  summary: 'stop, then start with these options',
  async run(context) {
    const pid = await stopProduct(dataOf(context));
    if (pid !== null) context.print(`Aquila has stopped (process ${pid}).`);
    return start.run(context);
  },
};
