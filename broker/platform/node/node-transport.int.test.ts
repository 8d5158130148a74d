import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { apiVersionsRequest, apiVersionsResponse } from '../../../protocol/messages/18-api-versions.ts';
import { encodeResponseFrame } from '../../../protocol/wire/framing.ts';
import { plainTransport } from './node-transport.ts';

const API = { request: apiVersionsRequest, response: apiVersionsResponse };
const opened: Server[] = [];

afterEach(async () => {
  for (const server of opened.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A peer that gives each frame to `answer`. */
async function peer(answer: (frame: Buffer, socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => answer(bytes.subarray(4), socket));
    socket.on('error', () => undefined);
  });
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const connect = (port: number) =>
  plainTransport.connect({ host: '127.0.0.1', port }, { to: 'broker', clientId: 'node-1', timeoutMs: 5_000 });

describe('a connection to another node', () => {
  it('carries a request and its answer', async () => {
    const port = await peer((frame, socket) => {
      for (const piece of encodeResponseFrame(apiVersionsResponse, 0, frame.readInt32BE(4), {
        errorCode: 35,
      }))
        socket.write(piece);
    });
    const connection = await connect(port);
    expect(await connection.call(API, 0, {}, 5_000)).toMatchObject({ errorCode: 35 });
    connection.close();
    expect(await connection.ended).toMatchObject({ fault: 'closed' });
    expect(connection.isOpen).toBe(false);
  });

  it('is refused where nobody listens', async () => {
    const port = await peer(() => undefined);
    await new Promise((resolve) => opened.splice(0)[0]?.close(resolve));
    await expect(connect(port)).rejects.toMatchObject({ name: 'TransportError', fault: 'refused' });
  });

  it('is broken when the peer ends it, and timed out when no answer comes', async () => {
    const hangsUp = await connect(await peer((_frame, socket) => socket.destroy()));
    await expect(hangsUp.call(API, 0, {}, 5_000)).rejects.toMatchObject({ fault: 'broken' });
    expect(await hangsUp.ended).toMatchObject({ fault: 'broken' });
    const silent = await connect(await peer(() => undefined));
    await expect(silent.call(API, 0, {}, 20)).rejects.toMatchObject({ fault: 'timed-out' });
    expect(silent.isOpen).toBe(false);
  });

  it('says when what came is no answer', async () => {
    const port = await peer((_frame, socket) => socket.write(Buffer.from('0000000800000063ffffffff', 'hex')));
    const connection = await connect(port);
    await expect(connection.call(API, 0, {}, 5_000)).rejects.toMatchObject({ fault: 'bad-answer' });
  });
});
