/** Repeats an operation a few times with growing pauses, as long as its error says that later may be better. */
import { setTimeout as pause } from 'node:timers/promises';
import { ClientError } from './client-error.ts';

export interface RetryPolicy {
  /** Pause before the second, third ... attempt; their number bounds the attempts. */
  readonly pausesMs: readonly number[];
}

export const DEFAULT_RETRY: RetryPolicy = { pausesMs: [100, 300, 1_000] };

/** `attempt` counts from 0. What it throws last is thrown on, unchanged. */
export async function withRetry<T>(
  operation: (attempt: number) => Promise<T>,
  policy: RetryPolicy = DEFAULT_RETRY,
  mayRetry: (error: ClientError) => boolean = (error) => error.retriable,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await operation(attempt);
    } catch (error) {
      const pauseMs = policy.pausesMs[attempt];
      if (pauseMs === undefined || !(error instanceof ClientError) || !mayRetry(error)) throw error;
      await pause(pauseMs);
    }
  }
}
