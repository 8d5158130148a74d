/**
 * Looks at the bundled cluster as soon as the supervisor says that one of its brokers died or is up again, instead of at
 * the next round: a broker is started again within seconds, and what its death did would fall between two rounds.
 */
import { watch } from 'node:fs';
import path from 'node:path';
import type { ProcessNotice } from '../contracts/overview.ts';
import { readProcessNotices } from './process-notices.ts';

/** The cluster takes a moment to notice, and the supervisor writes more than once. */
const settleMs = 400;

/** What of the processes matters here: which brokers run, and since which start. */
function brokersOf(notices: readonly ProcessNotice[]): string {
  return notices
    .filter(({ name }) => name.startsWith('broker-'))
    .map(({ name, state, restarts }) => `${name} ${state} ${String(restarts)}`)
    .join('\n');
}

/** `changed` is called after each change from now on. Resolves with what ends it; where nothing can be watched, rounds alone have to do. */
export async function followBrokerProcesses(dataDirectory: string, changed: () => void): Promise<() => void> {
  const directory = path.join(dataDirectory, 'run');
  let known: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    timer = null;
    const now = brokersOf(await readProcessNotices(directory));
    if (known !== null && now !== known) changed();
    known = now;
  };
  try {
    const watcher = watch(directory, { persistent: false }, () => {
      timer ??= setTimeout(() => void look(), settleMs).unref();
    });
    watcher.on('error', () => watcher.close());
    await look();
    return () => {
      if (timer !== null) clearTimeout(timer);
      watcher.close();
    };
  } catch {
    return () => undefined;
  }
}
