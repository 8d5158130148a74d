/**
 * Three brokers, of which two hear of what the controller decided noticeably later than a client hears of it: their way to the
 * controller leads through a proxy that holds back what comes from there. On a busy machine it is the same for a moment.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../../scripts/testing/free-ports.ts';
import { brokerProgram } from '../../../scripts/testing/broker-program.ts';
import { end, isListening, start, waitFor } from './processes.ts';

export interface LaggingCluster {
  /** Ports by broker id; 0 is the controller, 1 and 2 lag. */
  readonly ports: readonly number[];
  stop: () => Promise<void>;
}

class DelayingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(targetPort: number, delayMs: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, '127.0.0.1');
      for (const [socket, other] of [
        [client, target],
        [target, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
      client.on('data', (bytes) => target.write(bytes));
      // Timers of one delay fire in the order in which they were set, so the stream keeps its order.
      target.on('data', (bytes) => setTimeout(() => client.write(bytes), delayMs));
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

export async function startLaggingCluster(lagMs: number): Promise<LaggingCluster> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-lagging-'));
  const ports = [await freePort(), await freePort(), await freePort()];
  const controllerPort = await freePort();
  const proxy = new DelayingProxy(controllerPort, lagMs);
  const proxyPort = await proxy.listen();
  const brokers: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(brokers.map(end));
    await proxy.close();
    rmSync(directory, { recursive: true, force: true });
  };
  const properties = (id: number): string[] => [
    `node.id=${id}`,
    `log.dirs=${path.join(directory, String(id))}`,
    'controller.listener.names=CONTROLLER',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    ...(id === 0
      ? [
          'process.roles=broker,controller',
          `listeners=PLAINTEXT://127.0.0.1:${ports[id]},CONTROLLER://127.0.0.1:${controllerPort}`,
          `controller.quorum.voters=0@127.0.0.1:${controllerPort}`,
        ]
      : [
          'process.roles=broker',
          `listeners=PLAINTEXT://127.0.0.1:${ports[id]}`,
          `controller.quorum.voters=0@127.0.0.1:${proxyPort}`,
        ]),
  ];
  try {
    await Promise.all(
      ports.map(async (port, id) => {
        const file = path.join(directory, `${id}.properties`);
        mkdirSync(path.join(directory, String(id)));
        writeFileSync(file, properties(id).join('\n'));
        const { child, log } = start([...brokerProgram, file], {});
        brokers.push(child);
        await waitFor(`broker ${id}`, () => isListening(port), child, log);
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, stop };
}
