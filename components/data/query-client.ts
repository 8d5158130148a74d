/**
 * The browser's cache of answers. Nothing polls while the event stream is open: a snapshot makes what is on the screen
 * stale, and only that is asked again. Problems that asking again cannot cure (a 4xx) are not retried.
 */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-client';

const RETRIES = 2;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failed, error) =>
          !(error instanceof ApiProblem && error.problem.status < 500) && failed < RETRIES,
      },
      mutations: { retry: false },
    },
  });
}
