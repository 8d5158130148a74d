/**
 * A real console server (the built one) on a free port with a data directory of its own, for tests over HTTP; and, where
 * a test asks for it, a real broker process beside it.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../../scripts/testing/free-ports.ts';
import { brokerProgram } from '../../../scripts/testing/broker-program.ts';
import { end, isListening, root, start, waitFor } from './processes.ts';

export const adminPassword = 'correct horse battery';
export const topicToken = 'the-topic-token-of-this-test';

/** Where the build is; `npm test` makes it before. */
export function buildDirectory(): string {
  const directory = path.join(root, process.env['AQUILA_NEXT_DIST'] ?? '.next');
  if (!existsSync(path.join(directory, 'BUILD_ID'))) {
    throw new Error(`There is no build of the console in ${directory}: run npm test, or npx next build.`);
  }
  return directory;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
  json: () => Record<string, unknown>;
}

export interface RequestOptions {
  method?: string;
  token?: string | null;
  cookie?: string | null;
  headers?: Record<string, string>;
  /** Sent as JSON when it is no string. */
  body?: unknown;
}

export interface RunningConsole {
  url: string;
  directory: string;
  log: () => string;
  request: (path: string, options?: RequestOptions) => Promise<Answer>;
  /** Signs in as a browser does; the cookie header, or the refused answer. */
  signIn: (
    username: string,
    password: string,
    headers?: Record<string, string>,
  ) => Promise<{ cookie: string | null; answer: Answer }>;
  pid: number;
  brokerPid: number | null;
  /** Ends the console with SIGTERM and tells how it ended. */
  terminate: () => Promise<number | null>;
  stop: () => Promise<void>;
}

export function send(url: string, target: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', token = null, cookie = null, body } = options;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers: Record<string, string> = {
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(cookie === null ? {} : { cookie }),
    ...options.headers,
  };
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, path: target, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        const done = () => {
          const received = Buffer.concat(chunks).toString();
          const json = () => JSON.parse(received) as Record<string, unknown>;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received, json });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          // A stream does not end by itself; its first piece is enough here.
          if (response.headers['content-type']?.includes('event-stream') === true) {
            done();
            request.destroy();
          }
        });
        response.on('end', done);
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

/** Opens an event stream; resolves once its first piece is there. `ended` resolves when the server ends it. */
export function openStream(
  url: string,
  target: string,
  headers: Record<string, string>,
): Promise<{ ended: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = http.request({ hostname, port, path: target, headers, agent: false }, (response) => {
      const ended = new Promise<void>((end) => {
        response.once('end', end);
        response.once('error', () => end());
      });
      response.once('data', () => resolve({ ended }));
      response.resume();
    });
    request.once('error', reject);
    request.end();
  });
}

const cookiesOf = ({ headers }: Answer) =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0] ?? '');

async function signInAt(
  url: string,
  username: string,
  password: string,
  headers: Record<string, string> = {},
) {
  const csrf = await send(url, '/api/auth/csrf');
  const { csrfToken } = csrf.json();
  const before = headers['cookie'] === undefined ? [] : [headers['cookie']];
  const answer = await send(url, '/api/auth/callback/credentials', {
    method: 'POST',
    headers: {
      origin: url,
      ...headers,
      'content-type': 'application/x-www-form-urlencoded',
      cookie: [...cookiesOf(csrf), ...before].join('; '),
    },
    body: new URLSearchParams({
      username,
      password,
      csrfToken: String(csrfToken),
      json: 'true',
      callbackUrl: '/',
    }).toString(),
  });
  const cookie = cookiesOf(answer).find((text) => text.startsWith('aquila.session=')) ?? null;
  return { cookie, answer };
}

async function startBroker(
  directory: string,
  port: number,
  advertisedPort: number,
): Promise<{ child: ChildProcess; log: () => string }> {
  const file = path.join(directory, 'server.properties');
  writeFileSync(
    file,
    `node.id=0\nlisteners=PLAINTEXT://127.0.0.1:${port}\nadvertised.listeners=PLAINTEXT://127.0.0.1:${advertisedPort}\nlog.dirs=${path.join(directory, 'kafka')}\noffsets.topic.num.partitions=1\ngroup.initial.rebalance.delay.ms=0\n`,
  );
  const broker = start([...brokerProgram, file], {});
  await waitFor('the broker', () => isListening(port), broker.child, broker.log);
  return broker;
}

export interface ConsoleOptions {
  withBroker?: boolean;
  /** Puts something between console and broker: listens, passes on to the broker's port, and gives its own port. */
  between?: (brokerPort: number) => Promise<number>;
  environment?: Record<string, string>;
}

export async function startConsole({
  withBroker = false,
  between = (brokerPort) => Promise.resolve(brokerPort),
  environment = {},
}: ConsoleOptions = {}): Promise<RunningConsole> {
  buildDirectory();
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-http-'));
  const [port, brokerPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const seenPort = await between(brokerPort);
  const broker = withBroker ? await startBroker(directory, brokerPort, seenPort) : null;
  const { child, log } = start(
    ['node_modules/next/dist/bin/next', 'start', '--port', String(port), '--hostname', '127.0.0.1'],
    {
      NODE_ENV: 'production',
      NEXT_MANUAL_SIG_HANDLE: 'true',
      NEXT_TELEMETRY_DISABLED: '1',
      AQUILA_DATA: path.join(directory, 'data'),
      AQUILA_PORT: String(port),
      AQUILA_BROKER_PORT: String(seenPort),
      AQUILA_METRICS_PORT: String(await freePort()),
      AQUILA_COLLECT_INTERVAL_MS: '1000',
      AQUILA_ADMIN_PASSWORD: adminPassword,
      AQUILA_TOPIC_TOKEN: topicToken,
      ...environment,
    },
  );
  const isServing = async () => (await send(url, '/api/v1/health')).status === 200;
  await waitFor('the console', isServing, child, log).catch(async (error: unknown) => {
    await Promise.all([child, ...(broker === null ? [] : [broker.child])].map(end));
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    directory,
    log,
    request: (target, options) => send(url, target, options),
    signIn: (username, password, headers) => signInAt(url, username, password, headers),
    pid: child.pid ?? 0,
    brokerPid: broker?.child.pid ?? null,
    terminate: async () => {
      await end(child);
      return child.exitCode;
    },
    stop: async () => {
      await end(child);
      if (broker !== null) await end(broker.child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Route handlers and pages of the build, as paths with [parts]. */
export function builtRoutes(): { handlers: string[]; pages: string[] } {
  const manifest = JSON.parse(
    readFileSync(path.join(buildDirectory(), 'server', 'app-paths-manifest.json'), 'utf8'),
  ) as Record<string, string>;
  const clean = (key: string) => key.replace(/\/\([^)]*\)/g, '').replace(/\/(route|page)$/, '') || '/';
  const keys = Object.keys(manifest);
  return {
    handlers: keys.filter((key) => key.endsWith('/route')).map(clean),
    pages: keys.filter((key) => key.endsWith('/page')).map(clean),
  };
}
