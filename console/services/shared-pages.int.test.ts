import { once } from 'node:events';
import {
  createServer,
  request as ask,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { SharedPages } from './shared-pages.ts';

type Render = (request: IncomingMessage, response: ServerResponse, count: number) => void;

interface Got {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

const answer: Render = (_request, response, count) => {
  response.setHeader('Content-Type', 'text/html');
  response.end(`page ${String(count)}`);
};
const session = { cookie: 'aquila.session=mine', accept: 'text/html' };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Rendering {
  finish(body: string): void;
}

/** A server that renders as `render` does; without it each rendering waits for its `finish`. */
async function serve(render?: Render, patienceMs = 60_000) {
  const renderings: Rendering[] = [];
  const counted = { received: 0 };
  const pages = new SharedPages((request, response) => {
    const count = renderings.push({
      finish: (body) => {
        response.setHeader('Content-Type', 'text/html');
        response.setHeader('X-Policy', `nonce-${String(count)}`);
        response.write(`page ${String(count)}: `);
        response.end(Buffer.from(body));
      },
    });
    if (render !== undefined) setTimeout(() => render(request, response, count), 20);
  }, patienceMs);
  const server = createServer((request, response) => {
    pages.answer(request, response);
    counted.received++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  const get = (path = '/', headers: Record<string, string> = session, method = 'GET'): Promise<Got> =>
    new Promise((resolve, reject) => {
      ask({ port, path, headers, method, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
        );
      })
        .on('error', reject)
        .end();
    });
  const received = (count: number) => vi.waitFor(() => expect(counted.received).toBe(count));
  const rendered = (count: number) => vi.waitFor(() => expect(renderings).toHaveLength(count));
  return { get, renderings, received, rendered, port };
}

const times = <Result>(count: number, work: () => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, work));

it('is rendered once for all who came while another was, and never begun before it was asked for', async () => {
  const { get, renderings, received, rendered } = await serve();
  const first = get();
  await rendered(1);
  const others = times(20, () => get());
  await received(21);
  expect(renderings).toHaveLength(1);
  renderings[0]?.finish('groß');
  await rendered(2);
  const late = get();
  await received(22);
  renderings[1]?.finish('größer');
  expect(await first).toMatchObject({ body: 'page 1: groß', headers: { 'x-policy': 'nonce-1' } });
  for (const other of await others)
    expect(other).toMatchObject({
      status: 200,
      body: 'page 2: größer',
      headers: { 'content-type': 'text/html', 'x-policy': 'nonce-2' },
    });
  await rendered(3);
  renderings[2]?.finish('am größten');
  expect((await late).body).toBe('page 3: am größten');
  const alone = get();
  await rendered(4);
  renderings[3]?.finish('allein');
  expect((await alone).body).toBe('page 4: allein');
});

it.each<[string, string, Record<string, string>]>([
  ['of another session', '/', { ...session, cookie: 'aquila.session=yours' }],
  ['of another path', '/topics', session],
  ['in another language', '/', { ...session, 'accept-language': 'zh-CN' }],
])('is not shared with a request %s', async (_what, path, headers) => {
  const { get } = await serve(answer);
  const [mine, theirs] = await Promise.all([times(4, () => get()), times(4, () => get(path, headers))]);
  const mineAlone = new Set(mine.map(({ body }) => body));
  for (const { body } of theirs) expect(mineAlone).not.toContain(body);
});

it('is rendered once for all who asked at the same moment', async () => {
  const { renderings, port } = await serve(answer);
  const sockets = await times(3, async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  });
  let got = '';
  for (const socket of sockets) socket.setEncoding('utf8').on('data', (words: string) => (got += words));
  // What is written in one turn lies ready in the next one, on all sockets.
  for (const socket of sockets)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nCookie: aquila.session=mine\r\n\r\n');
  await vi.waitFor(() => expect(got.match(/page \d+/g)).toEqual(['page 1', 'page 1', 'page 1']));
  expect(renderings).toHaveLength(1);
});

it.each<[string, string, Record<string, string>, string]>([
  ['without a session', '/', { accept: 'text/html' }, 'GET'],
  ['of data', '/api/v1/topics', session, 'GET'],
  ['of a file', '/_next/static/a.js', session, 'GET'],
  ['for a page that is there', '/', { ...session, rsc: '1' }, 'GET'],
  ['of another method', '/', session, 'POST'],
])('answers each request %s by itself', async (_what, path, headers, method) => {
  const { get, renderings } = await serve(answer);
  const all = await times(4, () => get(path, headers, method));
  expect(new Set(all.map(({ body }) => body)).size).toBe(4);
  expect(renderings).toHaveLength(4);
});

it.each<[string, Render]>([
  [
    'sets a cookie',
    (request, response, count) => {
      response.setHeader('Set-Cookie', `seen=${String(count)}`);
      answer(request, response, count);
    },
  ],
  [
    'fails',
    (request, response, count) => {
      response.statusCode = 500;
      answer(request, response, count);
    },
  ],
  ['takes long', (...asked) => void setTimeout(() => answer(...asked), 400)],
  [
    'has headers that cannot be told',
    (_request, response, count) => {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(String(count));
    },
  ],
])('is not shared where it %s', async (_what, render) => {
  const { get, renderings } = await serve(render, 100);
  const bodies = (await times(4, () => get())).map(({ body }) => body);
  expect(new Set(bodies).size).toBe(4);
  expect(renderings).toHaveLength(4);
});

/** Asks, and can leave. */
function leaver(port: number): ClientRequest {
  const asked = ask({ port, path: '/', headers: session, agent: false });
  asked.on('error', () => undefined);
  asked.end();
  return asked;
}

it('is rendered for each of the others when the one it was rendered for leaves', async () => {
  const { get, renderings, received, rendered, port } = await serve();
  const first = get();
  await rendered(1);
  const leader = leaver(port);
  await received(2);
  const others = times(3, () => get());
  await received(5);
  renderings[0]?.finish('first');
  await rendered(2);
  leader.destroy();
  await rendered(5);
  for (const rendering of renderings.slice(2)) rendering.finish('own');
  expect((await others).map(({ body }) => body).sort()).toEqual([
    'page 3: own',
    'page 4: own',
    'page 5: own',
  ]);
  expect((await first).body).toBe('page 1: first');
});

it('is not rendered for whoever left while waiting', async () => {
  const { get, renderings, received, rendered, port } = await serve();
  const first = get();
  await rendered(1);
  const gone = leaver(port);
  await received(2);
  gone.destroy();
  await new Promise((resolve) => gone.once('close', resolve));
  await pause(20);
  renderings[0]?.finish('first');
  await first;
  const next = get();
  await rendered(2);
  renderings[1]?.finish('next');
  expect((await next).body).toBe('page 2: next');
});
