/**
 * Server-sent events, whatever they tell: opened after the same questions as any endpoint, with a heartbeat, bounded.
 *
 * A stream ends when the client leaves, when its session or token ends (at once in this process; what another process ended is
 * looked at every few seconds) or its cluster is removed, when it reads too slowly (its buffer is bounded), and when the server stops. A user has a bounded number of them.
 */
import type { NextRequest } from 'next/server';
import type { z } from 'zod';
import type { Endpoint } from '@/console/contracts/endpoint.ts';
import { checkToken } from '@/console/services/api-tokens.ts';
import { ConsoleError } from '@/console/services/console-error.ts';
import type { Actor, ConsoleContext } from '@/console/services/context.ts';
import { openStreams } from '@/console/services/open-streams.ts';
import { authorise, contextOf, roleIn } from '@/console/services/permission.ts';
import { checkSession } from '@/console/services/sessions.ts';
import { isWatched, requireCluster } from '@/console/services/watched-clusters.ts';
import { authenticate } from './authenticate.ts';
import { notSignedIn, openOrRefuse, refusalOf } from './handler.ts';
import { checked, readPathParts, readQuery } from './read-request.ts';

const heartbeatMs = 15_000;
const sessionCheckMs = 3_000;
const bufferBytesMax = 1024 * 1024;
const streamsPerActorMax = 6;

export interface StreamInput<Query> {
  /** The console as whoever asks may see it. */
  readonly context: ConsoleContext;
  readonly clusterId: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly query: Query;
  /** Aborted when the stream ends. */
  readonly signal: AbortSignal;
  /** The id of the last event that a reader who comes back has seen; null for a new one. */
  readonly lastEventId: string | null;
}

/** Sends one event. What cannot be taken in time ends the stream. */
export type SendEvent = (event: string, data: unknown, id?: string) => void;

/** Looks whether it can begin, and throws ConsoleError if not; then starts when it is handed where to send to. */
export type OpenStream<Query> = (
  input: StreamInput<Query>,
) => Promise<(send: SendEvent, end: () => void) => () => void>;

interface Opened {
  readonly context: ConsoleContext;
  readonly actor: Actor;
  readonly clusterId: string;
  readonly request: NextRequest;
  readonly ended: AbortController;
  readonly leavePlace: () => void;
  readonly start: (send: SendEvent, end: () => void) => () => void;
}

async function actorNow({ context, actor, request }: Opened): Promise<Actor | null> {
  if (actor.sessionId !== null) return checkSession(context, actor.sessionId, { ip: actor.ip, touch: false });
  const token = request.headers.get('authorization')?.replace(/^Bearer +/i, '') ?? '';
  return checkToken(context, token, actor.ip);
}

/** Signed in still, and with a part in this cluster still. */
async function isStillIn(opened: Opened): Promise<boolean> {
  const actor = await actorNow(opened);
  return actor !== null && roleIn(actor, opened.clusterId) !== null;
}

function bodyOf(opened: Opened): ReadableStream<Uint8Array> {
  const { context, actor, clusterId, request, ended, leavePlace, start } = opened;
  const encoder = new TextEncoder();
  let close = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const timers: NodeJS.Timeout[] = [];
        let stop = (): void => undefined;
        close = () => {
          if (ended.signal.aborted) return;
          ended.abort();
          for (const timer of timers) clearInterval(timer);
          stop();
          release();
          try {
            controller.close();
          } catch {
            // The client is gone already.
          }
        };
        const release = openStreams.add(
          { actorId: actor.id, openedWith: actor.sessionId ?? actor.id },
          close,
        );
        leavePlace();
        const send = (text: string): void => {
          if (ended.signal.aborted) return;
          if ((controller.desiredSize ?? 0) <= 0) close();
          else controller.enqueue(encoder.encode(text));
        };
        request.signal.addEventListener('abort', close, { once: true });
        send('retry: 3000\n\n');
        stop = start((event, data, id) => {
          const line = id === undefined ? '' : `id: ${id}\n`;
          send(`event: ${event}\n${line}data: ${JSON.stringify(data)}\n\n`);
        }, close);
        timers.push(setInterval(() => send(': alive\n\n'), heartbeatMs));
        timers.push(
          setInterval(() => {
            if (!isWatched(context, clusterId)) return close();
            isStillIn(opened).then((still) => (still ? undefined : close()), close);
          }, sessionCheckMs),
        );
      },
      cancel: () => close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax }),
  );
}

export function handleEvents<Row extends Endpoint>(
  endpoint: Row,
  open: OpenStream<Row extends { query: infer Schema extends z.ZodType } ? z.output<Schema> : undefined>,
): (request: NextRequest) => Promise<Response> {
  return async (request) => {
    try {
      const opened = await openedFor(endpoint, open as OpenStream<unknown>, request);
      return new Response(bodyOf(opened), {
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-cache, no-transform, no-store',
          'X-Content-Type-Options': 'nosniff',
          'X-Accel-Buffering': 'no',
        },
      });
    } catch (error) {
      return refusalOf(error, 'stream');
    }
  };
}

/** The order of the questions is that of every endpoint: who, may they, what do they ask. */
async function openedFor(
  endpoint: Endpoint,
  open: OpenStream<unknown>,
  request: NextRequest,
): Promise<Opened> {
  const context = await openOrRefuse();
  const actor = await authenticate(context, request);
  if (actor === null) throw notSignedIn();
  const parts = readPathParts(endpoint.path, request.nextUrl.pathname);
  const clusterId = parts['cluster'] ?? '';
  authorise(actor, endpoint.role ?? 'admin', clusterId);
  const query =
    endpoint.query === undefined
      ? undefined
      : checked(endpoint.query, readQuery(request.nextUrl.searchParams));
  const seen = contextOf(context, actor);
  const { info, settings } = requireCluster(seen, clusterId);
  if (info === null)
    throw new ConsoleError('cluster-unreachable', settings.problem ?? 'The cluster is not watched yet.', {
      retryAfterSeconds: 5,
    });
  const leavePlace = openStreams.reserve(actor.id, streamsPerActorMax);
  if (leavePlace === null) {
    throw new ConsoleError('too-many-streams', `At most ${streamsPerActorMax} streams at once.`, {
      retryAfterSeconds: 10,
    });
  }
  try {
    const ended = new AbortController();
    // Who left while it was being opened never gets a stream that would end it.
    const leave = (): void => ended.abort();
    request.signal.addEventListener('abort', leave, { once: true });
    const lastEventId = request.headers.get('last-event-id');
    const start = await open({ context: seen, clusterId, parts, query, signal: ended.signal, lastEventId });
    request.signal.removeEventListener('abort', leave);
    if (ended.signal.aborted) throw new ConsoleError('cluster-unreachable', 'The reader left.');
    return { context, actor, clusterId, request, ended, leavePlace, start };
  } catch (error) {
    leavePlace();
    throw error;
  }
}
