/**
 * Opens a TCP or TLS socket to a broker within a time limit. Who connects on behalf of what a user typed hands in how a host
 * becomes an address: it may refuse, and the connection goes to what it gives, so that a second answer of the name server
 * cannot lead elsewhere. The certificate is checked against the host all the same.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsOptions } from 'node:tls';
import { addressText, type BrokerAddress } from './address.ts';
import { ClientError } from './client-error.ts';

/** The address to connect to for a host; rejects when there is none, or none that is allowed. */
export type ResolveHost = (host: string) => Promise<string>;

export interface SocketOptions {
  /** Options of node:tls, or null for plain text. */
  readonly tls?: TlsOptions | null;
  /** Null leaves it to the system. */
  readonly resolve?: ResolveHost | null;
  readonly timeoutMs: number;
  /** Takes what arrives instead of the socket's `data` event. */
  readonly onread?: ReadInto;
}

/** Bytes are read into this memory again and again: whoever is called takes them out before it returns. */
export interface ReadInto {
  readonly buffer: Buffer;
  readonly callback: (bytes: number) => boolean;
}

/** Resolves when the connection (and its TLS handshake) stands; rejects with CONNECT_FAILED. */
export function openSocket(address: BrokerAddress, options: SocketOptions): Promise<Socket> {
  const { tls = null, resolve: resolveHost = null, timeoutMs, onread } = options;
  return new Promise((resolve, reject) => {
    let socket: Socket | null = null;
    let isSettled = false;
    const fail = (reason: string, cause?: unknown): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      socket?.destroy();
      const text = `cannot connect to ${addressText(address)}: ${reason}`;
      reject(new ClientError('CONNECT_FAILED', text, cause === undefined ? {} : { cause }));
    };
    const onError = (error: Error & { code?: string }): void =>
      fail(error.message || (error.code ?? 'error'), error);
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    const connect = (host: string): void => {
      if (isSettled) return;
      const opened = start(address, host, tls, onread);
      socket = opened;
      opened.once('error', onError);
      opened.once(tls === null ? 'connect' : 'secureConnect', () => {
        isSettled = true;
        clearTimeout(timer);
        opened.off('error', onError);
        opened.setNoDelay(true);
        resolve(opened);
      });
    };
    if (resolveHost === null) connect(address.host);
    else resolveHost(address.host).then(connect, onError);
  });
}

function start(
  { host, port }: BrokerAddress,
  target: string,
  tls: TlsOptions | null,
  onread: ReadInto | undefined,
): Socket {
  const reading = onread === undefined ? {} : { onread };
  if (tls === null) return connectTcp({ host: target, port, noDelay: true, ...reading });
  // A name for SNI only: an IP address is not allowed there.
  const servername = /^[\d.]+$|:/.test(host) ? undefined : host;
  return connectTls({
    host: target,
    port,
    ...(servername === undefined ? {} : { servername }),
    ...reading,
    ...tls,
  });
}
