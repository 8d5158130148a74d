/**
 * The broker's HTTP listener: GET /metrics (Prometheus text), /jolokia (JSON) and /health. Read-only, bounded, and
 * of no effect on the data path: beans are listed per request, and one answer is computed at a time.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrokerMetrics } from './broker-metrics.ts';
import { failure, type JolokiaAnswer, JolokiaView, MAX_BULK_REQUESTS } from './jolokia.ts';
import { illegalArgument, JolokiaError, requestFromJson, requestFromPath } from './jolokia-request.ts';
import { processSamples } from './process-beans.ts';
import { prometheusText } from './prometheus-text.ts';

const MAX_BODY_BYTES = 1_048_576;
const MAX_CONNECTIONS = 100;
const REQUEST_TIMEOUT_MS = 10_000;

export interface MetricsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly metrics: BrokerMetrics;
  readonly version: string;
  readonly startedAtMs: number;
  readonly nowMs: () => number;
  /** True while the broker is unfenced and serves. */
  readonly isHealthy: () => boolean;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});
const plain = (status: number, body: string): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

/** Rejects when the address cannot be bound; the caller names the key. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void respond(options, request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, options.host, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function respond(
  options: MetricsServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await route(options, request);
  } catch (error) {
    reply = plain(500, `internal error: ${error instanceof Error ? error.message : String(error)}`);
  }
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    'Content-Type': reply.type,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    // What is left of a body that was too long must not be read as the next request.
    ...(reply.status === 413 ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function route(options: MetricsServerOptions, request: IncomingMessage): Promise<Reply> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path === '/jolokia' || path.startsWith('/jolokia/')) return jolokia(options, request, path);
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'method not allowed');
  if (path === '/metrics') {
    const text = prometheusText(options.metrics.beans.beans(), processSamples(options.startedAtMs));
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: text };
  }
  if (path === '/health') return options.isHealthy() ? plain(200, 'ok') : plain(503, 'fenced');
  return plain(404, 'not found; try /metrics, /jolokia or /health');
}

async function jolokia(
  options: MetricsServerOptions,
  request: IncomingMessage,
  path: string,
): Promise<Reply> {
  const view = (): JolokiaView =>
    new JolokiaView(options.metrics.beans.beans(), options.version, options.nowMs());
  if (request.method === 'GET') {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const decoded = percentDecoded(path.slice('/jolokia'.length));
    return json(
      200,
      refusable(() => {
        if (decoded === undefined) throw illegalArgument('The path is no percent-encoded text');
        return view().answer(requestFromPath(decoded, Object.fromEntries(searchParams)));
      }),
    );
  }
  if (request.method !== 'POST') return plain(405, 'method not allowed');
  const body = await readBody(request);
  if (body === null) return plain(413, `body longer than ${String(MAX_BODY_BYTES)} bytes`);
  return json(
    200,
    refusable(() => answerBody(body, view)),
  );
}

function refusable<Result>(ask: () => Result): Result | JolokiaAnswer {
  try {
    return ask();
  } catch (error) {
    return failure(error);
  }
}

/** What cannot be read as a request refuses all of them, as in Jolokia. */
function answerBody(body: string, view: () => JolokiaView): JolokiaAnswer | JolokiaAnswer[] {
  const parsed = parsedJson(body);
  if (!Array.isArray(parsed)) return view().answer(requestFromJson(parsed));
  if (parsed.length > MAX_BULK_REQUESTS)
    throw illegalArgument(`More than ${String(MAX_BULK_REQUESTS)} requests`);
  const requests = parsed.map(requestFromJson);
  const beans = view();
  return requests.map((request) => beans.answer(request));
}

function parsedJson(body: string): unknown {
  if (body === '') throw illegalArgument('Invalid JSON request: it is empty');
  try {
    return JSON.parse(body);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new JolokiaError(500, 'java.lang.IllegalStateException', message);
  }
}

function percentDecoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Null when the body is too long; the rest of it is then left unread. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        request.pause();
        resolve(null);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}
