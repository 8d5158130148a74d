import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Logger } from '../platform/logger.ts';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import { ListenError, SocketListener, type SocketListenerOptions } from './socket-listener.ts';

const lines: string[] = [];
const logger: Logger = {
  info: (line) => lines.push(line),
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
  named: () => logger,
};

const open: { close: () => Promise<unknown> | void }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
  lines.length = 0;
});

/** A listener that answers every frame with the frame. */
async function start(overrides: Partial<SocketListenerOptions> = {}): Promise<SocketListener> {
  const listener = new SocketListener({
    name: 'PLAINTEXT',
    configKey: 'listeners',
    host: '127.0.0.1',
    port: 0,
    backlog: 50,
    limits: {
      maxFrameBytes: 1_000_000,
      maxUnsentBytes: 1_000_000,
      maxQueuedFrames: 8,
      maxQueuedBytes: 4_000_000,
      idleMs: 60_000,
      frameReadMs: 60_000,
    },
    maxConnections: () => 1_000,
    maxConnectionsPerAddress: () => 1_000,
    serve: (frame) => [frame],
    platform: createNodePlatform(),
    logger,
    ...overrides,
  });
  await listener.listen();
  open.push(listener);
  return listener;
}

async function client(listener: SocketListener): Promise<Socket> {
  const socket = connect(listener.port, '127.0.0.1');
  open.push({ close: () => void socket.destroy() });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(frame(Buffer.from(text)));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

describe('a listener', () => {
  it('names listener, address and key when the port is in use', async () => {
    const first = await start();
    const second = start({ port: first.port });
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(
      `Cannot listen on PLAINTEXT://127.0.0.1:${String(first.port)}: the port is in use by another process (EADDRINUSE). Change the key listeners`,
    );
  });

  it('closes hostile connections without an answer and serves the others on', async () => {
    const listener = await start();
    const control = await client(listener);
    const starts = [
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x80, 0, 0, 0]),
      Buffer.from([0, 0, 0, 0]),
      Buffer.from([0, 0, 0, 3, 1, 2, 3]),
      Buffer.from([0x7f, 0xff, 0xff, 0xff]),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]),
    ];
    for (const bytes of starts) {
      const hostile = await client(listener);
      const received: Buffer[] = [];
      hostile.on('data', (chunk: Buffer) => received.push(chunk));
      hostile.write(bytes);
      await once(hostile, 'close');
      expect(received).toEqual([]);
      expect(await echo(control, 'still here')).toBe('still here');
    }
    expect(listener.connectionCount).toBe(1);
  });

  it('logs a few lines about many bad connections', async () => {
    const listener = await start();
    for (let index = 0; index < 40; index += 1) {
      const hostile = await client(listener);
      hostile.write(Buffer.alloc(4));
      await once(hostile, 'close');
    }
    expect(lines).toHaveLength(10);
    expect(lines[0]).toContain('frame length 0 is outside 8 to 1000000');
  });

  it('refuses connections above the limits and takes new ones when others have gone', async () => {
    const listener = await start({ maxConnections: () => 2 });
    const first = await client(listener);
    await echo(first, 'first one');
    await echo(await client(listener), 'second one');
    const third = await client(listener);
    await once(third, 'close');
    first.destroy();
    await expect.poll(() => listener.connectionCount).toBe(1);
    expect(await echo(await client(listener), 'again here')).toBe('again here');
  });

  it('holds a bounded number of bytes for a client that does not read', async () => {
    let served = 0;
    const listener = await start({
      serve: (request) => {
        served += 1;
        return [Buffer.alloc(request.length === 8 ? 500_000 : 8)];
      },
    });
    const slow = await client(listener);
    slow.pause();
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => frame(Buffer.alloc(8))));
    slow.write(many);
    const control = await client(listener);
    let before = -1;
    while (served !== before) {
      before = served;
      for (let round = 0; round < 20; round += 1) await echo(control, 'control client');
      served -= 20;
    }
    // The cap, one answer above it, and what the kernel's socket buffers took.
    expect(served).toBeLessThan(60);
    let received = 0;
    slow.on('data', (chunk: Buffer) => (received += chunk.length));
    slow.resume();
    await expect.poll(() => received, { timeout: 120_000 }).toBe(500_000_000);
  });

  it('drops every connection when it closes', async () => {
    const listener = await start({ serve: () => new Promise(() => undefined) });
    const waiting = await client(listener);
    waiting.write(frame(Buffer.from('never answered')));
    await expect.poll(() => listener.connectionCount).toBe(1);
    await Promise.all([once(waiting, 'close'), listener.close()]);
    open.length = 0;
    expect(listener.connectionCount).toBe(0);
  });
});
