/**
 * The text that a metrics port answers with, as it comes in: whoever reads it works on each piece, so that neither a page of
 * tens of megabytes nor a wrong address that never stops fills the memory or holds up the process. Failures become a
 * MetricsReadError that says which of them it was.
 *
 * An address that a user typed is judged: its host is resolved once, by whoever hands in `resolve`, and the connection goes to
 * what that gives, so that a second answer of the name server cannot lead elsewhere. Redirects are an answer like any other.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { createGunzip } from 'node:zlib';
import { connectionWords } from '../model/connection-words.ts';
import { MetricsReadError, NotThisSourceError, type ResolveHost } from './broker-reading.ts';

/** Longest answer that is read. */
export const METRICS_BYTES_MAX = 64 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;

export interface MetricsQuestion {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Null leaves it to the system. */
  readonly resolve: ResolveHost | null;
  /** Sent as JSON in a POST; without it the page is asked for. */
  readonly body?: string;
}

/** Pieces of the body, decoded. An error status rejects before the first piece. */
export async function* textOf(question: MetricsQuestion): AsyncGenerator<string, void> {
  const { url } = question;
  const response = await answerTo(question).catch((error: unknown) => {
    throw readErrorOf(question, error);
  });
  try {
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299)
      throw new NotThisSourceError('http-status', `${url} answered with status ${String(status)}`);
    const decoder = new TextDecoder();
    let length = 0;
    for await (const bytes of bodyOf(response)) {
      length += bytes.byteLength;
      if (length > METRICS_BYTES_MAX) throw tooLarge(url);
      yield decoder.decode(bytes, { stream: true });
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    throw readErrorOf(question, error);
  } finally {
    // Also when whoever reads has had enough: the port must not go on sending.
    response.destroy();
  }
}

async function answerTo({ url: text, signal, resolve, body }: MetricsQuestion): Promise<IncomingMessage> {
  const url = new URL(text);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const target = resolve === null ? null : await resolve(name);
  signal.throwIfAborted();
  const options: RequestOptions = {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'accept-encoding': 'gzip',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    signal,
    // A judged connection is nobody else's: one that is kept may lead to what was not judged.
    ...(target === null ? {} : { agent: false, lookup: alwaysTo(target) }),
  };
  return new Promise((done, fail) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, done);
    request.on('error', fail);
    request.end(body);
  });
}

/** An address in the URL itself is not looked up; it is what was judged. */
function alwaysTo(address: string): LookupFunction {
  const family = isIP(address) === 6 ? 6 : 4;
  return (_host, { all }, callback) =>
    all === true ? callback(null, [{ address, family }]) : callback(null, address, family);
}

function bodyOf(response: IncomingMessage): AsyncIterable<Buffer> {
  if (!/^x?-?gzip$/i.test(response.headers['content-encoding'] ?? '')) return response;
  const unpacked = createGunzip();
  response.on('error', (error) => unpacked.destroy(error));
  return response.pipe(unpacked);
}

function tooLarge(url: string): MetricsReadError {
  return new MetricsReadError(
    'too-large',
    `${url} answers with more than ${String(METRICS_BYTES_MAX / MEBIBYTE)} MiB: give jmx_exporter rules that leave out what nobody reads`,
  );
}

/** Of a question that failed: not allowed, nobody listens, no answer in time, or the connection broke. */
function readErrorOf({ url, signal }: MetricsQuestion, error: unknown): MetricsReadError {
  if (error instanceof MetricsReadError) return error;
  if (signal.aborted)
    return new MetricsReadError('no-answer', `${url} did not answer in time`, { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') {
    return new MetricsReadError('refused', connectionWords(error), { cause: error });
  }
  const words = connectionWords(error).replace(/\s+/g, ' ').slice(0, 200);
  if (code === 'OUTBOUND_REFUSED') return new MetricsReadError('not-allowed', words, { cause: error });
  return new MetricsReadError('no-answer', `${url}: ${words}`, { cause: error });
}
