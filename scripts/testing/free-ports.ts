/**
 * Ports for programs that tests start and that must know their port beforehand. They are free when they are chosen, and stay so:
 *
 * - They lie below the range from which systems take the near ends of connections (32768 and up on Linux, 49152 on macOS):
 *   one of those would be in the way of a program that starts, or comes back, a moment later.
 * - Each process has a stretch of its own and goes through it in turn, so that tests that run side by side, or one after the
 *   other, do not choose the same port.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 12_000;
const STRETCH = 200;
const STRETCHES = 100;

const own = FIRST + (process.pid % STRETCHES) * STRETCH;
let turn = Math.floor(Math.random() * STRETCH);

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

/** The first of `count` neighbouring ports. */
export async function freePortRun(count: number): Promise<number> {
  if (count > STRETCH) throw new RangeError(`At most ${String(STRETCH)} ports, not ${String(count)}.`);
  for (let tries = 0; tries < STRETCH; tries += 1) {
    if (turn + count > STRETCH) turn = 0;
    const from = own + turn;
    turn += count;
    const areFree = [];
    for (let port = from; port < from + count; port += 1) areFree.push(await isFree(port));
    if (!areFree.includes(false)) return from;
  }
  throw new Error(`No ${String(count)} free ports in a row from ${String(own)} on.`);
}

export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePortRun(1));
  return ports;
}

export function freePort(): Promise<number> {
  return freePortRun(1);
}
