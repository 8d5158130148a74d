import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, freePortRun, freePorts } from './free-ports.ts';

const nearEnds = 32_768;

it('gives each port once in a while, below those of the near ends of connections', async () => {
  const ports = [...(await freePorts(40)), await freePort()];
  expect(new Set(ports).size).toBe(41);
  expect(Math.max(...ports)).toBeLessThan(nearEnds);
});

it('gives neighbours of which none is taken', async () => {
  const taken = createServer().listen((await freePort()) + 1, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const first = await freePortRun(5);
  expect(port < first || port > first + 4).toBe(true);
  await once(taken.close(), 'close');
});
