/** Prometheus text, for whoever is signed in or has a token. */
import type { NextRequest } from 'next/server';
import { authenticate } from '@/app/api/authenticate.ts';
import { notSignedIn, openOrRefuse, refusalOf } from '@/app/api/handler.ts';
import { privateHeaders } from '@/app/api/problem-response.ts';
import { metricsText } from '@/console/services/metrics-text.ts';

export async function GET(request: NextRequest): Promise<Response> {
  try {
    const context = await openOrRefuse();
    if ((await authenticate(context, request)) === null) throw notSignedIn();
    const headers = { ...privateHeaders, 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
    return new Response(metricsText(context), { headers });
  } catch (error) {
    return refusalOf(error, 'metrics');
  }
}
