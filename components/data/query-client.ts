/**
 * The browser's cache of answers. Nothing polls while the event stream is open: a snapshot makes what is on the screen
 * stale, and only that is asked again. What the server refused is not asked again at once, only after a while. The console may be on this
 * very machine: whether the browser believes that there is a network says nothing about it.
 */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-client';

const RETRIES = 2;
const AGAIN_MS = 5_000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failed, error) => !(error instanceof ApiProblem) && failed < RETRIES,
        // A failed question is asked again by itself: the cluster or the console may be back.
        refetchInterval: (query) => (query.state.status === 'error' ? AGAIN_MS : false),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
