/**
 * What is set right about connections and requests before Next sees them. Next answers 500 to what it cannot make a `Request` of, and
 * leaves a connection open for ever that asks for another protocol; neither can be mended in a page or a handler, which come later.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import { buildDirectory, isDevelopment } from '../config/console-config.ts';
import { BuildFiles } from './build-files.ts';
import { peerAddressHeader } from './peer-address.ts';
import { readablePath } from './readable-path.ts';
import { SharedPages } from './shared-pages.ts';

/** Methods that a `Request` of the Fetch Standard (2.2.1, forbidden methods) cannot have; as another unknown one they are refused. */
const withoutRequest = new Set(['TRACE', 'TRACK']);
const unknownMethod = 'X-UNKNOWN';

/**
 * Each request carries the address of its connection under our header, whatever the client wrote there, its path can be read, and
 * so can its method.
 */
function setRight(request: IncomingMessage): void {
  request.headers[peerAddressHeader] = request.socket.remoteAddress ?? 'unknown';
  if (request.url !== undefined) request.url = readablePath(request.url);
  if (withoutRequest.has(request.method ?? '')) request.method = unknownMethod;
}

/**
 * No other protocol is spoken here, but for what tells a browser of changed code in development. A server without listeners takes such a
 * request as if it did not ask (RFC 9110, 7.8).
 */
function ignoreUpgrades(server: Server): void {
  server.removeAllListeners('upgrade');
}

/** Next hands its server out nowhere; here it is known before the first request of its first connection. */
function answerBeforeNext(server: Server, files: BuildFiles): void {
  const [render] = server.listeners('request') as RequestListener[];
  if (render === undefined) return;
  const pages = new SharedPages(render.bind(server));
  server.off('request', render);
  server.on('request', (request, response) => {
    if (!files.answer(request, response)) pages.answer(request, response);
  });
}

export function receiveRequests(): void {
  subscribe('http.server.request.start', (message) => {
    setRight((message as { request: IncomingMessage }).request);
  });
  if (isDevelopment()) return;
  const files = BuildFiles.read(path.join(buildDirectory(), 'static'), '/_next/static/');
  const seen = new WeakSet<Server>();
  subscribe('net.server.socket', (message) => {
    const { server } = (message as { socket: Socket & { server?: Server } }).socket;
    if (server === undefined) return;
    ignoreUpgrades(server);
    if (seen.has(server)) return;
    seen.add(server);
    answerBeforeNext(server, files);
  });
}
