/**
 * The TCP connections of some processes, from the kernel's own tables (/proc) on Linux and from lsof elsewhere.
 * For `stats`, which answers what one would ask netstat.
 */
import { addressText } from '../../kafka-client/address.ts';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface TcpConnection {
  readonly pid: number;
  readonly local: string;
  readonly peer: string;
  readonly state: string;
}

/** The kernel's numbers of the states (include/net/tcp_states.h). */
const stateNames: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE_WAIT',
  '09': 'LAST_ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
};

/** `0100007F:2384` -> `127.0.0.1:9092`; each 32-bit word is in the machine's (little-endian) order. */
export function decodeAddress(text: string): string {
  const [address = '', port = '0'] = text.split(':');
  const words = address.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  const portNumber = Number.parseInt(port, 16);
  const tail = bytes
    .slice(-4)
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
  if (bytes.length === 4 || bytes.slice(0, 12).join('') === '00000000000000000000FFFF')
    return addressText({ host: tail, port: portNumber });
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number.parseInt(`${bytes[2 * index] ?? '0'}${bytes[2 * index + 1] ?? '0'}`, 16).toString(16),
  );
  return addressText({ host: groups.join(':'), port: portNumber });
}

/** Rows of /proc/net/tcp whose socket is in `inodes`. */
export function parseKernelTable(table: string, inodes: ReadonlySet<string>, pid: number): TcpConnection[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      const [, local, peer, state] = fields;
      if (local === undefined || peer === undefined || state === undefined || !inodes.has(fields[9] ?? ''))
        return [];
      return [
        { pid, local: decodeAddress(local), peer: decodeAddress(peer), state: stateNames[state] ?? state },
      ];
    });
}

function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>();
  for (const name of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed since the directory was read.
    }
  }
  return inodes;
}

function fromKernel(pid: number): TcpConnection[] {
  try {
    const inodes = socketsOf(pid);
    return ['tcp', 'tcp6'].flatMap((name) =>
      parseKernelTable(readFileSync(`/proc/${pid}/net/${name}`, 'utf8'), inodes, pid),
    );
  } catch {
    return [];
  }
}

function fromLsof(pids: readonly number[]): TcpConnection[] {
  try {
    const text = execFileSync('lsof', ['-nP', '-a', '-iTCP', '-p', pids.join(',')], { encoding: 'utf8' });
    return text
      .split('\n')
      .slice(1)
      .flatMap((row) => {
        const match = /^\S+\s+(\d+)\s.*TCP (\S+?)(?:->(\S+))? \((\w+)\)$/.exec(row);
        return match === null
          ? []
          : [{ pid: Number(match[1]), local: match[2] ?? '', peer: match[3] ?? '', state: match[4] ?? '' }];
      });
  } catch {
    return [];
  }
}

export function tcpConnections(pids: readonly number[]): TcpConnection[] {
  return process.platform === 'linux' ? pids.flatMap(fromKernel) : fromLsof(pids);
}
