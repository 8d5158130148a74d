/**
 * One HTTP request for all channels that speak HTTP. The name is resolved once, all its addresses are judged by the outbound
 * policy, and the connection goes to the judged ones, the first that answers; TLS is checked against the name, always. No proxy, no redirect, no
 * connection that is kept: nothing that could lead elsewhere than what was judged. The whole attempt has a deadline, and of
 * an answer no more is read than a sentence needs.
 */
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { connectionWords } from '../../model/connection-words.ts';
import { RETRY_AFTER_MAX_MS } from '../delivery-plan.ts';
import { singleLine } from '../notice-words.ts';
import type { SendFailure } from './channel-type.ts';
import {
  OutboundRefusedError,
  resolveAllAllowed,
  type AllowedAddress,
  type OutboundPolicy,
} from './outbound-policy.ts';

export interface HttpMessage {
  readonly url: URL;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The beginning of it, when it is long. */
  readonly body: string;
}

export interface HttpLimits {
  readonly outbound: OutboundPolicy;
  /** Default SEND_DEADLINE_MS. */
  readonly deadlineMs?: number;
  /** Certificates to trust beside those that Node trusts. */
  readonly trustedCa?: string;
}

/** The whole attempt; shorter than the time after which a claimed attempt may be repeated. */
const SEND_DEADLINE_MS = 30_000;
export const ANSWER_MAX_BYTES = 16_384;
const WORDS_MAX = 300;

/** What the receiver answered, whatever the status. Rejects when there is no answer; failureOf says what that means. */
export async function postJson(message: HttpMessage, limits: HttpLimits): Promise<HttpAnswer> {
  const { deadlineMs = SEND_DEADLINE_MS } = limits;
  const deadline = new AbortController();
  let late: (error: Error) => void = () => undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    late = reject;
  });
  const timer = setTimeout(() => {
    late(new Error(`no answer within ${String(deadlineMs / 1_000)} s`));
    deadline.abort();
  }, deadlineMs);
  try {
    const exchange = exchangeOnce(message, limits, deadline.signal);
    exchange.catch(() => undefined);
    return await Promise.race([exchange, tooLate]);
  } finally {
    clearTimeout(timer);
    deadline.abort();
  }
}

async function exchangeOnce(
  message: HttpMessage,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const addresses = await resolveAllAllowed(message.url.hostname, limits.outbound);
  signal.throwIfAborted();
  const options = requestOptions(message, addresses, limits, signal);
  return await new Promise<HttpAnswer>((resolve, reject) => {
    const send = message.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (): void => {
        const body = Buffer.concat(chunks).subarray(0, ANSWER_MAX_BYTES).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        request.destroy();
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= ANSWER_MAX_BYTES) finish();
      });
      response.on('end', finish);
      response.on('error', reject);
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(message.body);
  });
}

function requestOptions(
  { url, body, headers }: HttpMessage,
  addresses: readonly AllowedAddress[],
  { trustedCa }: HttpLimits,
  signal: AbortSignal,
): RequestOptions & { autoSelectFamily: boolean; ca?: string } {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const userInfo = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    method: 'POST',
    host: name,
    lookup: judged(addresses),
    autoSelectFamily: true,
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    // A connection of its own, and none of the settings of a shared one.
    agent: false,
    signal,
    ...(trustedCa === undefined ? {} : { ca: trustedCa }),
    headers: {
      ...headers,
      Host: url.host,
      ...(userInfo === ':' ? {} : { Authorization: `Basic ${Buffer.from(userInfo).toString('base64')}` }),
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': 'Aquila',
      'Accept-Encoding': 'identity',
      Connection: 'close',
    },
  };
}

/** In place of a second look at the name, which could lead elsewhere. */
function judged(addresses: readonly AllowedAddress[]): LookupFunction {
  return (_name, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

/** Why there was no answer. Everything may be different next time, but for an address that is not allowed. */
export function failureOf(error: unknown): SendFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // What else listens there is nobody's business.
  const words = code.startsWith('HPE_') ? 'the answer is not HTTP' : connectionWords(error);
  return {
    ok: false,
    retriable: !(error instanceof OutboundRefusedError),
    error: singleLine(words, WORDS_MAX),
  };
}

/**
 * What a status other than 2xx means: null for 2xx. 408, 425, 429 and 5xx may pass (RFC 9110 15.5, 15.6; RFC 6585 4), all
 * others are final; a redirect is not followed, since nobody judged where it leads.
 */
export function refusalOf({ status, headers, body }: HttpAnswer, nowMs: number): SendFailure | null {
  if (status >= 200 && status < 300) return null;
  const words = wordsOf(body);
  const what = `it answered ${String(status)}${words === '' ? '' : `: ${words}`}`;
  if (status >= 300 && status < 400) {
    return {
      ok: false,
      retriable: false,
      error: `it answered ${String(status)}: redirects are not followed`,
    };
  }
  const retriable = status >= 500 || [408, 425, 429].includes(status);
  const retryAfterMs = retriable ? retryAfter(headers['retry-after'], nowMs) : null;
  return { ok: false, retriable, error: what, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
}

/** Seconds or a date (RFC 9110 10.2.3), at most an hour. */
function retryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) || ms <= 0 ? null : Math.min(ms, RETRY_AFTER_MAX_MS);
}

/** The receiver's own words, in one line. */
export function wordsOf(body: string): string {
  return singleLine(body, WORDS_MAX);
}
