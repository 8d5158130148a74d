/** Stopping beside a real server: those who are being answered are waited for, for so long, and nobody else is let in. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { finishRequests, followRequests, isStopping } from './open-requests.ts';

followRequests();
let server: http.Server;
let answers: http.ServerResponse[] = [];
beforeEach(async () => {
  answers = [];
  server = http.createServer((_, response) => void answers.push(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.closeAllConnections());

const agent = new http.Agent({ keepAlive: true });
function get(): Promise<number> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = http.get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', reject);
  });
}
const arrived = (count: number) => expect.poll(() => answers.length, { timeout: 30_000 }).toBe(count);

test('whoever is being answered gets the answer, and keeps the end waiting; nobody new comes in', async () => {
  expect(isStopping()).toBe(false);
  const [one, other] = [get(), get()];
  await arrived(2);
  let isFinished = false;
  const finished = finishRequests(60_000).then(() => void (isFinished = true));
  expect(isStopping()).toBe(true);
  expect(server.listening).toBe(false);
  answers[0]?.end('one');
  expect(await one).toBe(200);
  expect(isFinished).toBe(false);
  answers[1]?.end('other');
  expect(await other).toBe(200);
  await finished;
});

test('whoever left is not waited for', async () => {
  const left = get();
  await arrived(1);
  const finished = finishRequests(60_000);
  answers[0]?.destroy();
  await expect(left).rejects.toThrow();
  await finished;
});

test('an answer that does not come is waited for only so long', async () => {
  const never = get();
  await arrived(1);
  await finishRequests(10);
  server.closeAllConnections();
  await expect(never).rejects.toThrow();
});
