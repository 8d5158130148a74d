/** Opens a TCP or TLS socket to a broker within a time limit. */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { ClientError } from './client-error.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

export function addressText({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `host:port`, `[v6]:port` or host alone, which means port 9092. Throws TypeError with the text in it. */
export function parseAddress(text: string): BrokerAddress {
  const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 9092);
  if (host === undefined || port < 1 || port > 65_535)
    throw new TypeError(`"${text}" is no address of the form host:port`);
  return { host, port };
}

/** Resolves when the connection (and its TLS handshake) stands; rejects with CONNECT_FAILED. */
export function openSocket(
  address: BrokerAddress,
  tls: TlsOptions | null,
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port } = address;
    // A name for SNI only: an IP address is not allowed there.
    const servername = /^[\d.]+$|:/.test(host) ? undefined : host;
    const socket =
      tls === null
        ? connectTcp({ host, port, noDelay: true })
        : connectTls({ host, port, ...(servername === undefined ? {} : { servername }), ...tls });
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = `cannot connect to ${addressText(address)}: ${reason}`;
      reject(new ClientError('CONNECT_FAILED', text, cause === undefined ? {} : { cause }));
    };
    const onError = (error: Error & { code?: string }): void =>
      fail(error.message || (error.code ?? 'error'), error);
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', onError);
    socket.once(tls === null ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
