/** Prometheus text, for whoever is signed in or has a token. Sent as it is made: a large cluster's is many megabytes. */
import type { NextRequest } from 'next/server';
import { authenticate } from '@/app/api/authenticate.ts';
import { notSignedIn, openOrRefuse, refusalOf } from '@/app/api/handler.ts';
import { privateHeaders } from '@/app/api/problem-response.ts';
import { contextOf } from '@/console/services/permission.ts';
import { metricsText } from '@/console/services/metrics-text.ts';

export async function GET(request: NextRequest): Promise<Response> {
  try {
    const context = await openOrRefuse();
    const actor = await authenticate(context, request);
    if (actor === null) throw notSignedIn();
    const asked = request.nextUrl.searchParams;
    const text = metricsText(contextOf(context, actor), {
      sets: asked.get('sets'),
      cluster: asked.get('cluster'),
    });
    const headers = { ...privateHeaders, 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
    return new Response(bodyOf(text), { headers });
  } catch (error) {
    return refusalOf(error, 'metrics');
  }
}

/** Pulled: a slow reader makes the text wait, and one that goes away ends it. */
function bodyOf(text: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await text.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await text.return();
    },
  });
}
