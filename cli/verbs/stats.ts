/** `stats`: the TCP connections of the product's processes, established ones per peer, and a count per state. */
import { readDataDirectory } from '../read-start-options.ts';
import { ownerOf } from '../supervisor/data-directory.ts';
import { readStatus } from '../supervisor/status-file.ts';
import { tcpConnections } from '../supervisor/tcp-connections.ts';
import type { TcpConnection } from '../supervisor/tcp-connections.ts';
import type { Verb } from '../verb.ts';

function countBy(
  connections: readonly TcpConnection[],
  key: (connection: TcpConnection) => string,
): [string, number][] {
  const counts = new Map<string, number>();
  for (const connection of connections) counts.set(key(connection), (counts.get(key(connection)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

export function statsReport(
  names: ReadonlyMap<number, string>,
  connections: readonly TcpConnection[],
): string[] {
  const established = connections.filter(({ state }) => state === 'ESTABLISHED');
  const withoutPort = (address: string): string => address.slice(0, address.lastIndexOf(':'));
  return [
    'TCP connections:',
    ...connections.map(
      ({ pid, local, peer, state }) =>
        `  ${(names.get(pid) ?? '?').padEnd(12)}${local.padEnd(24)}${peer.padEnd(24)}${state}`,
    ),
    'Established, per peer:',
    ...countBy(established, ({ peer }) => withoutPort(peer)).map(
      ([peer, count]) => `  ${String(count).padStart(6)}  ${peer}`,
    ),
    'Per state:',
    ...countBy(connections, ({ state }) => state).map(
      ([state, count]) => `  ${String(count).padStart(6)}  ${state}`,
    ),
  ];
}

export const stats: Verb = {
  name: 'stats',
  usage: '[--data DIRECTORY]',
  summary: 'TCP connections of the running processes',
  async run(context) {
    const data = readDataDirectory(context, 'stats');
    if (ownerOf(data) === null) {
      context.print(`Aquila is not running (data directory ${data}).`);
      return 3;
    }
    const names = new Map(
      (readStatus(data)?.processes ?? []).flatMap(({ pid, name }) =>
        pid === null ? [] : [[pid, name] as const],
      ),
    );
    for (const line of statsReport(names, tcpConnections([...names.keys()]))) context.print(line);
    return 0;
  },
};
