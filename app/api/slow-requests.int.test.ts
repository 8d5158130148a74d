/**
 * Bodies that come too much or too slowly, and a server that is told to stop while it answers: raw connections, because no client of ours
 * sends half a request.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminPassword, startConsole } from './testing/console-server.ts';
import type { RunningConsole } from './testing/console-server.ts';

let running: RunningConsole;
let token = '';
const connections: net.Socket[] = [];

beforeAll(async () => {
  running = await startConsole();
  const { cookie } = await running.signIn('admin', adminPassword);
  const made = await running.request('/api/v1/tokens', {
    method: 'POST',
    cookie,
    headers: { origin: running.url },
    body: { name: 'slow', role: 'admin' },
  });
  token = String(made.json()['token']);
});
afterAll(async () => {
  for (const connection of connections) connection.destroy();
  await running?.stop();
});

/** A connection on which this much is sent. */
function send(text: string) {
  const { hostname, port } = new URL(running.url);
  const connection = net.connect(Number(port), hostname);
  connections.push(connection);
  let received = '';
  connection.setEncoding('latin1').on('data', (piece: string) => (received += piece));
  connection.on('error', () => undefined);
  connection.write(text);
  return { connection, received: () => received };
}

/** A request whose body is not whole yet. */
const begin = (target: string, headers: readonly string[], body = '') =>
  send([`POST ${target} HTTP/1.1`, `Host: ${new URL(running.url).host}`, ...headers, '', body].join('\r\n'));

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const asForm = ['Content-Type: application/x-www-form-urlencoded'];
const asAdmin = () => ['Content-Type: application/json', `Authorization: Bearer ${token}`];
const answered = (request: { received: () => string }, status: number) =>
  expect
    .poll(request.received, { timeout: 30_000 })
    .toMatch(new RegExp(`^(HTTP/1.1 100 Continue\\r\\n\\r\\n)?HTTP/1.1 ${String(status)} `));

describe('a body that never ends', () => {
  test.each([
    ['a sign-in', '/api/auth/callback/credentials', () => [...asForm, `Origin: ${running.url}`], 17_000],
    ['a new user', '/api/v1/users', asAdmin, 1_100_000],
  ] as const)('%s is refused as soon as it is too large', async (_, target, headers, bytes) => {
    const sent = begin(target, [...headers(), 'Transfer-Encoding: chunked'], chunk('x'.repeat(bytes)));
    await answered(sent, 413);
  });

  test('and many that drip keep nobody else from being answered', async () => {
    const length = 'Content-Length: 1000';
    const opened = Array.from({ length: 40 }, () => [
      begin('/api/v1/users', [...asAdmin(), length], '{"name":'),
      begin('/api/auth/callback/credentials', [...asForm, `Origin: ${running.url}`, length], 'username='),
      // Not even the headers are whole.
      send('GET /api/v1/users HTTP/1.1\r\nHost: conso'),
    ]).flat();
    for (const { connection } of opened) if (connection.connecting) await once(connection, 'connect');
    expect((await running.request('/api/v1/health')).status).toBe(200);
    expect((await running.request('/api/v1/users', { token })).status).toBe(200);
    expect((await running.signIn('admin', adminPassword)).cookie).not.toBeNull();
    for (const { connection } of opened) connection.destroy();
  });
});

describe('bodies made to fill the memory', () => {
  /** What the process holds now, in MiB; ps is on Linux and macOS. */
  const residentMiB = (): number =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(running.pid)], { encoding: 'utf8' })) / 1_024;
  const keys = Array.from({ length: 100_000 }, (_, index) => `"${index.toString(36)}":1`);
  const asBody = (body: string) => running.request('/api/v1/users', { method: 'POST', token, body });
  /** More than is taken: refused, or cut off while it is still being sent. */
  async function tooMuch(headers: readonly string[], pieces: readonly string[]): Promise<void> {
    const sent = begin('/api/v1/users', [...asAdmin(), ...headers]);
    for (const piece of pieces) sent.connection.write(piece);
    const isOver = () => sent.received() !== '' || sent.connection.destroyed;
    await expect.poll(isOver, { timeout: 30_000 }).toBe(true);
    sent.connection.destroy();
  }
  const piece = chunk('x'.repeat(1_000_000));
  const millionKeys = `{${keys.join(',').repeat(10)}}`;
  const asMany = `{${keys.slice(0, 90_000).join(',')}}`;
  async function flood(): Promise<void> {
    await tooMuch(
      ['Transfer-Encoding: chunked'],
      Array.from({ length: 11 }, () => piece),
    );
    await tooMuch([`Content-Length: ${String(millionKeys.length)}`], [millionKeys]);
    const refused = await asBody(asMany);
    expect(refused.status).toBe(422);
    // Told that something is wrong, not everything that was sent.
    expect(refused.body.length).toBeLessThan(20_000);
    expect((await asBody('['.repeat(1_000_000))).status).toBe(400);
  }

  /** A little too much, so often that what was kept of each could be seen. */
  async function trickle(): Promise<void> {
    const ten = Array.from({ length: 10 }, () => tooMuch(['Transfer-Encoding: chunked'], [piece, piece]));
    await Promise.all(ten);
  }

  test('are refused, and leave the process about as large as it was', async () => {
    await flood();
    const before = residentMiB();
    await Promise.all([flood(), flood(), flood(), flood()]);
    for (let round = 0; round < 14; round += 1) await trickle();
    // What is garbage by then may go a moment later.
    await expect.poll(() => residentMiB() - before, { timeout: 60_000 }).toBeLessThan(100);
    expect((await running.request('/api/v1/health')).status).toBe(200);
  });
});

test('told to stop, it lets nobody new in, answers whom it has let in, and ends by itself', async () => {
  const body = JSON.stringify({ name: 'in-time', role: 'viewer', password: 'long enough for this' });
  const late = begin('/api/v1/users', [
    ...asAdmin(),
    `Content-Length: ${String(body.length)}`,
    'Expect: 100-continue',
  ]);
  // It has let this one in.
  await expect.poll(late.received, { timeout: 30_000 }).toContain('100 Continue');
  late.connection.write(body.slice(0, 10));
  const ended = running.terminate();
  await expect
    .poll(
      () =>
        running.request('/api/v1/health').then(
          ({ status }) => status,
          () => 'nobody',
        ),
      { timeout: 30_000 },
    )
    .toBe('nobody');
  late.connection.write(body.slice(10));
  await answered(late, 201);
  expect(await ended).toBe(0);
});
