/**
 * A TCP proxy before a broker that cuts the connection at a request of one API: before the broker has it, or after,
 * so that only the answer is lost. To the console both look the same.
 */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

export type Cut = 'nothing' | 'request' | 'answer';

export class CuttingProxy {
  readonly #apiKey: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #targetPort = 0;
  cut: Cut = 'nothing';

  constructor(apiKey: number) {
    this.#apiKey = apiKey;
    this.#server = createServer((client) => this.#join(client));
  }

  async listen(targetPort: number): Promise<number> {
    this.#targetPort = targetPort;
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket): void {
    const broker = connect(this.#targetPort, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    let isAnswerWaited = false;
    client.on('data', (bytes) => {
      // The console waits for each change alone, so that its request is a piece of its own.
      const isCut = this.cut !== 'nothing' && bytes.length >= 6 && bytes.readInt16BE(4) === this.#apiKey;
      if (isCut && this.cut === 'request') return end();
      isAnswerWaited ||= isCut;
      broker.write(bytes);
    });
    broker.on('data', (bytes) => {
      if (isAnswerWaited) end();
      else client.write(bytes);
    });
  }
}
