import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as ask, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuildFiles } from './build-files.ts';

const script = 'let answer = 42;'.repeat(100);
let directory = '';
let server: Server;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Whatever is not answered here is a 404 with another word. */
function get(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    ask({ port, path: url, headers, method, host: '127.0.0.1' }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'build-files-'));
  mkdirSync(path.join(directory, 'chunks'));
  writeFileSync(path.join(directory, 'chunks', 'a.js'), script);
  writeFileSync(path.join(directory, 'chunks', 'a.js.gz'), gzipSync(script));
  writeFileSync(path.join(directory, 'chunks', 'plain.js'), script);
  writeFileSync(path.join(directory, 'font.woff2'), 'a font');
  writeFileSync(path.join(directory, 'notes.md.gz'), gzipSync('not for browsers'));
  const files = BuildFiles.read(directory, '/_next/static/');
  server = createServer((request, response) => {
    if (!files.answer(request, response)) response.writeHead(404).end('otherwise');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

test('a script is sent as it was compressed, to be kept for ever, with the headers of all answers', async () => {
  const { status, headers, body } = await get('/_next/static/chunks/a.js?v=1', {
    'accept-encoding': 'br, gzip;q=0.8',
  });
  expect(status).toBe(200);
  expect(gunzipSync(body).toString()).toBe(script);
  expect(headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': 'application/javascript; charset=UTF-8',
    'content-length': String(body.length),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
    'x-content-type-options': 'nosniff',
  });
});

test('a font is sent as it is, whatever the client takes', async () => {
  const { headers, body } = await get('/_next/static/font.woff2');
  expect(body.toString()).toBe('a font');
  expect(headers['content-type']).toBe('font/woff2');
  expect(headers['content-encoding']).toBeUndefined();
});

test('HEAD has the headers alone', async () => {
  const gzip = { 'accept-encoding': 'gzip' };
  const { status, headers, body } = await get('/_next/static/chunks/a.js', gzip, 'HEAD');
  expect({ status, length: body.length }).toEqual({ status: 200, length: 0 });
  expect(headers['content-encoding']).toBe('gzip');
});

test.each([
  ['who takes nothing compressed', '/_next/static/chunks/a.js', {}, 'GET'],
  ['who refuses gzip', '/_next/static/chunks/a.js', { 'accept-encoding': 'br, gzip;q=0' }, 'GET'],
  [
    'who refuses gzip exactly',
    '/_next/static/chunks/a.js',
    { 'accept-encoding': 'gzip; q=0.000, br' },
    'GET',
  ],
  ['another coding of that name', '/_next/static/chunks/a.js', { 'accept-encoding': 'x-gzip' }, 'GET'],
  ['a part', '/_next/static/font.woff2', { range: 'bytes=0-1' }, 'GET'],
  ['another method', '/_next/static/font.woff2', {}, 'POST'],
  ['a script that was not compressed', '/_next/static/chunks/plain.js', { 'accept-encoding': 'gzip' }, 'GET'],
  ['the compressed file itself', '/_next/static/chunks/a.js.gz', { 'accept-encoding': 'gzip' }, 'GET'],
  ['a kind that is not for browsers', '/_next/static/notes.md', { 'accept-encoding': 'gzip' }, 'GET'],
  ['a way out of the directory', '/_next/static/../font.woff2', {}, 'GET'],
  ['a name of every object', '/_next/static/constructor', {}, 'GET'],
])('left to others: %s', async (_, url, headers, method) => {
  expect(await get(url, headers, method)).toMatchObject({ status: 404, body: Buffer.from('otherwise') });
});

test('a directory that is not there has no files', () => {
  const files = BuildFiles.read(path.join(directory, 'no'), '/_next/static/');
  expect(
    files.answer({ method: 'GET', url: '/_next/static/font.woff2', headers: {} } as never, {} as never),
  ).toBe(false);
});
