/** Test support: a real HTTP or HTTPS server on a free port that keeps what it is sent, and answers as it is told to. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SelfSigned } from '../../../kafka-client/testing/self-signed.ts';

export interface ReceivedHook {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HookAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `hang` answers nothing, `cut` closes the connection, `endless` goes on and on. */
export type Behaviour = HookAnswer | 'hang' | 'cut' | 'endless';

export interface HookSink {
  /** With a path and a token as vendors have them. */
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedHook[];
  answerWith(behaviour: Behaviour): void;
  /** How many bytes an endless answer had when the client had enough. */
  readonly sentBytes: () => number;
  close(): Promise<void>;
}

export const hookToken = 'tok-0123456789abcdef';

export async function startHookSink(
  behaviour: Behaviour = {},
  options: { readonly tls?: SelfSigned; readonly host?: string } = {},
): Promise<HookSink> {
  const { tls, host = '127.0.0.1' } = options;
  const received: ReceivedHook[] = [];
  const sockets = new Set<Socket>();
  let sentBytes = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        method: request.method ?? '',
        url: new URL(request.url ?? '', 'http://sink'),
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      if (behaviour === 'hang') return;
      if (behaviour === 'cut') request.socket.destroy();
      else if (behaviour === 'endless') pour(response);
      else response.writeHead(behaviour.status ?? 200, behaviour.headers).end(behaviour.body ?? '');
    });
  };
  const pour = (response: ServerResponse): void => {
    if (response.destroyed) return;
    const chunk = 'x'.repeat(16_384);
    sentBytes += chunk.length;
    response.write(chunk, () => pour(response));
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    sockets.add(socket);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, host, () => resolve()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${String(port)}/robot/send?access_token=${hookToken}`,
    port,
    received,
    answerWith: (next) => {
      behaviour = next;
    },
    sentBytes: () => sentBytes,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
