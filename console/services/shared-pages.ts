/**
 * Pages that are asked for many times at once are rendered once for all who wait: same path, same headers (and so the same session), same
 * address. Rendering takes the one thread some 25 ms, and twenty windows of one screen wall would wait for half a second.
 *
 * Nobody gets a page that was begun before it was asked for. A page is begun once all that lies ready on the sockets has been read; who
 * comes while it is rendered waits for the next one, which all who came in between share. What sets a cookie, fails, is cut off or takes
 * long is not shared: each then gets his own.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { sessionCookieNames } from '../contracts/session-cookie-names.ts';

/** Then whoever waits no longer does. */
const PATIENCE_MS = 2_000;
/** So many who wait are answered first, should ever more come. */
const ENOUGH = 100;
/** Data for a page that is there already, and files: not rendered, or in a form of their own. */
const notPages = ['/api/', '/_next/'];
const otherForms = ['rsc', 'range', 'upgrade', 'if-none-match', 'if-modified-since'];
/** Of one answer to one connection. */
const ofOneAnswer = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'content-length'];

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Page {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export class SharedPages {
  readonly #render: Answer;
  readonly #patienceMs: number;
  /** Whoever waits for what is rendered next, by what is asked. */
  readonly #waiting = new Map<string, Asked[]>();

  /** `render` answers one request for itself. */
  constructor(render: Answer, patienceMs = PATIENCE_MS) {
    this.#render = render;
    this.#patienceMs = patienceMs;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const key = keyOf(request);
    if (key === null) {
      this.#render(request, response);
      return;
    }
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.push({ request, response });
      return;
    }
    this.#waiting.set(key, [{ request, response }]);
    void this.#answerAll(key);
  }

  async #answerAll(key: string): Promise<void> {
    for (;;) {
      const all = await this.#allWhoAskNow(key);
      const [first, ...others] = all.filter(({ response }) => !response.destroyed);
      if (first === undefined) break;
      this.#waiting.set(key, []);
      const rendered = pageOf(first.response, { isWanted: others.length > 0, patienceMs: this.#patienceMs });
      this.#render(first.request, first.response);
      const page = await rendered;
      for (const { request, response } of others) {
        if (page === null) this.#render(request, response);
        else give(page, response);
      }
    }
    this.#waiting.delete(key);
  }

  /** Sockets are accepted one a turn of the event loop: it goes on, without waiting for anything, until a whole turn brings nobody new. */
  async #allWhoAskNow(key: string): Promise<readonly Asked[]> {
    const waiting = this.#waiting.get(key) ?? [];
    // The first to pass is what is left of the turn in which somebody asked.
    for (let quiet = 0; quiet < 2 && waiting.length < ENOUGH;) {
      const before = waiting.length;
      await setImmediate();
      quiet = waiting.length > before ? 0 : quiet + 1;
    }
    return waiting;
  }
}

/** All that an answer may depend on; null: it is not shared. */
function keyOf({ method, url = '', headers, rawHeaders, socket }: IncomingMessage): string | null {
  if (method !== 'GET' || notPages.some((prefix) => url.startsWith(prefix))) return null;
  if (otherForms.some((name) => headers[name] !== undefined)) return null;
  if (!Object.values(sessionCookieNames).some((name) => headers.cookie?.includes(`${name}=`) === true))
    return null;
  return JSON.stringify([url, rawHeaders, socket.remoteAddress]);
}

/** What was sent, once it is, if others may have it, too. Only kept where `isWanted`. */
function pageOf(
  response: ServerResponse,
  { isWanted, patienceMs }: { readonly isWanted: boolean; readonly patienceMs: number },
): Promise<Page | null> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => resolve(null), patienceMs);
    const done = (page: Page | null): void => {
      clearTimeout(patience);
      resolve(page);
    };
    const chunks: Buffer[] = [];
    const keep = ([chunk, encoding]: readonly unknown[]): void => {
      if (!isWanted) return;
      if (typeof chunk === 'string')
        chunks.push(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'));
      else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    };
    const write = response.write.bind(response) as (...args: unknown[]) => boolean;
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    response.write = (...args: unknown[]) => {
      keep(args);
      return write(...args);
    };
    response.end = (...args: unknown[]) => {
      keep(args);
      end(...args);
      done(
        isWanted && isForAll(response)
          ? { headers: sharedHeaders(response), body: Buffer.concat(chunks) }
          : null,
      );
      return response;
    };
    response.once('close', () => done(null));
  });
}

/** Whole, for nobody in particular, and with headers that can be told: those that came with the status line alone cannot. */
function isForAll(response: ServerResponse): boolean {
  const { statusCode, destroyed } = response;
  return (
    statusCode === 200 &&
    !destroyed &&
    response.hasHeader('content-type') &&
    !response.hasHeader('set-cookie')
  );
}

function sharedHeaders(response: ServerResponse): OutgoingHttpHeaders {
  const headers = response.getHeaders();
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneAnswer.includes(name)));
}

function give({ headers, body }: Page, response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(200, { ...headers, 'content-length': body.length });
  response.end(body);
}
