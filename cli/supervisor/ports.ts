/** Finds out before anything is started whether the ports are free, so that the message can name the option. */
import { addressText } from '../../kafka-client/address.ts';
import { createServer } from 'node:net';
import { CommandError } from '../command-error.ts';
import { portRanges } from '../options/start-options.ts';
import type { StartOptions } from '../options/start-options.ts';

interface WantedPort {
  readonly flag: string;
  readonly host: string;
  readonly port: number;
}

function wantedPorts(options: StartOptions): WantedPort[] {
  return portRanges(options).flatMap(({ flag, first, count }) =>
    Array.from({ length: count }, (_, index) => ({
      flag,
      host: flag === '--port' ? options.host : '127.0.0.1',
      port: first + index,
    })),
  );
}

/** The system's word for why one cannot listen there, or null. */
function tryToListen({ host, port }: WantedPort): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function complaint(wanted: WantedPort, code: string): string {
  const place = addressText(wanted);
  switch (code) {
    case 'EADDRINUSE':
      return `${wanted.flag} ${wanted.port}: ${place} is in use by another program. End that one, or choose another ${wanted.flag}${wanted.flag === '--port' ? '' : ' (--brokers 0 bundles no broker; --bootstrap watches the one that is there)'}.`;
    case 'EACCES':
      return `${wanted.flag} ${wanted.port}: this user may not listen on ${place}. Ports below 1024 need rights; choose a higher ${wanted.flag}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `--host ${wanted.host}: this machine has no such address.`;
    default:
      return `${wanted.flag} ${wanted.port}: cannot listen on ${place} (${code}).`;
  }
}

/** @throws CommandError naming the first option whose port is taken */
export async function checkPorts(options: StartOptions): Promise<void> {
  for (const wanted of wantedPorts(options)) {
    const code = await tryToListen(wanted);
    if (code !== null) throw new CommandError(complaint(wanted, code));
  }
}
