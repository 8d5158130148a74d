/**
 * Server-sent events of one cluster: `snapshot` with the overview at once and after each round, a comment as heartbeat.
 *
 * A stream ends when the client leaves, when its session or token ends (at once in this process; what another process ended is
 * looked at every few seconds) or its cluster is removed, when it reads too slowly (its buffer is bounded), and when the server stops. A user has a bounded number of them.
 */
import type { NextRequest } from 'next/server';
import { endpoints } from '@/console/contracts/endpoints.ts';
import { checkToken } from '@/console/services/api-tokens.ts';
import { ConsoleError } from '@/console/services/console-error.ts';
import type { Actor, ConsoleContext } from '@/console/services/context.ts';
import { errorFields, logEvent } from '@/console/services/log.ts';
import { openStreams } from '@/console/services/open-streams.ts';
import { overview } from '@/console/services/overview.ts';
import { authorise, contextOf, roleIn } from '@/console/services/permission.ts';
import { checkSession } from '@/console/services/sessions.ts';
import { isWatched, onRound, requireCluster } from '@/console/services/watched-clusters.ts';
import { authenticate } from './authenticate.ts';
import { notSignedIn, openOrRefuse, refusalOf } from './handler.ts';
import { readPathParts } from './read-request.ts';

const heartbeatMs = 15_000;
const sessionCheckMs = 3_000;
const bufferBytesMax = 1024 * 1024;
const streamsPerActorMax = 6;

async function actorNow({ context, actor, request }: StreamOptions): Promise<Actor | null> {
  if (actor.sessionId !== null) return checkSession(context, actor.sessionId, { ip: actor.ip, touch: false });
  const token = request.headers.get('authorization')?.replace(/^Bearer +/i, '') ?? '';
  return checkToken(context, token, actor.ip);
}

/** Signed in still, and with a part in this cluster still. */
async function isStillIn(options: StreamOptions): Promise<boolean> {
  const actor = await actorNow(options);
  return actor !== null && roleIn(actor, options.clusterId) !== null;
}

interface StreamOptions {
  context: ConsoleContext;
  actor: Actor;
  clusterId: string;
  request: NextRequest;
}

function openStream(options: StreamOptions): ReadableStream<Uint8Array> {
  const { context, actor, clusterId, request } = options;
  const encoder = new TextEncoder();
  let close = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const timers: NodeJS.Timeout[] = [];
        let unsubscribe = (): void => undefined;
        let closed = false;
        close = () => {
          if (closed) return;
          closed = true;
          for (const timer of timers) clearInterval(timer);
          unsubscribe();
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
        const send = (text: string): void => {
          if (closed) return;
          if ((controller.desiredSize ?? 0) <= 0) close();
          else controller.enqueue(encoder.encode(text));
        };
        const sendOverview = (): void => {
          overview(context, clusterId)
            .then((data) => send(`event: snapshot\nid: ${data.asOf}\ndata: ${JSON.stringify(data)}\n\n`))
            .catch((error: unknown) => {
              if (!(error instanceof ConsoleError)) logEvent('error', 'stream-failed', errorFields(error));
            });
        };
        request.signal.addEventListener('abort', close, { once: true });
        send('retry: 3000\n\n');
        unsubscribe = onRound(clusterId, sendOverview);
        sendOverview();
        timers.push(setInterval(() => send(': alive\n\n'), heartbeatMs));
        timers.push(
          setInterval(() => {
            if (!isWatched(context, clusterId)) return close();
            isStillIn(options).then((still) => (still ? undefined : close()), close);
          }, sessionCheckMs),
        );
      },
      cancel: () => close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferBytesMax }),
  );
}

export async function handleStream(request: NextRequest): Promise<Response> {
  try {
    const context = await openOrRefuse();
    const actor = await authenticate(context, request);
    if (actor === null) throw notSignedIn();
    const clusterId = readPathParts(endpoints.stream.path, request.nextUrl.pathname)['cluster'] ?? '';
    authorise(actor, endpoints.stream.role, clusterId);
    const { info, settings } = requireCluster(contextOf(context, actor), clusterId);
    if (info === null)
      throw new ConsoleError('cluster-unreachable', settings.problem ?? 'The cluster is not watched yet.', {
        retryAfterSeconds: 5,
      });
    if (openStreams.count(actor.id) >= streamsPerActorMax) {
      throw new ConsoleError('too-many-streams', `At most ${streamsPerActorMax} streams at once.`, {
        retryAfterSeconds: 10,
      });
    }
    return new Response(openStream({ context, actor, clusterId, request }), {
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
}
