/** `status` and `version`: what runs, since when, and what happened to it. */
import { productVersion } from '../command-context.ts';
import { readDataDirectory } from '../read-start-options.ts';
import { ownerOf } from '../supervisor/data-directory.ts';
import { readStatus } from '../supervisor/status-file.ts';
import type { ProcessStatus } from '../supervisor/status-file.ts';
import type { Verb } from '../verb.ts';

/** As other service commands answer: 0 it runs, 3 it does not. */
const notRunning = 3;

/** A length of time in its two largest units: `3 h 12 min`. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units: [string, number][] = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3_600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  const shown =
    first === -1 ? units.slice(3) : units.slice(first, first + 2).filter(([, count]) => count > 0);
  return shown.map(([unit, count]) => `${count} ${unit}`).join(' ');
}

export function describeProcess(status: ProcessStatus, nowMs: number): string {
  const since = inWords(nowMs - Date.parse(status.since));
  const pid = status.pid === null ? '' : `process ${status.pid}, `;
  const restarts =
    status.restarts === 0 ? '' : `, restarted ${status.restarts === 1 ? 'once' : `${status.restarts} times`}`;
  const exit = status.lastExit;
  const how =
    exit === null
      ? ''
      : `, last ended ${exit.signal === null ? `with status ${exit.code ?? '?'}` : `by ${exit.signal}`} at ${exit.at}`;
  return `  ${status.name.padEnd(12)}${status.state.padEnd(13)}${pid}for ${since}${restarts}${how}`;
}

export const status: Verb = {
  name: 'status',
  usage: '[--data DIRECTORY]',
  summary: 'say what runs; exit status 0 when it does, 3 when not',
  async run(context) {
    const data = readDataDirectory(context, 'status');
    const owner = ownerOf(data);
    if (owner === null) {
      context.print(`Aquila is not running (data directory ${data}).`);
      return notRunning;
    }
    const product = readStatus(data);
    context.print(
      `Aquila is running, process ${owner.pid}${product === null ? '' : `, console ${product.consoleUrl}`}.`,
    );
    for (const process of product?.processes ?? []) context.print(describeProcess(process, Date.now()));
    return 0;
  },
};

export const version: Verb = {
  name: 'version',
  usage: '',
  summary: 'print the version',
  async run(context) {
    context.print(`Aquila ${productVersion(context.root)} (Node ${process.version})`);
    return 0;
  },
};
