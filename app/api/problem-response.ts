/** Writes an RFC 9457 answer. */
import { problemTypes } from '@/console/contracts/problem.ts';
import type { Problem, ProblemType } from '@/console/contracts/problem.ts';

export interface ProblemInput {
  type: ProblemType;
  detail: string;
  errors?: Record<string, string> | undefined;
  retryAfterSeconds?: number | undefined;
  triesLeft?: number | undefined;
  id?: string | undefined;
}

export const privateHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

export function problemResponse({
  type,
  detail,
  errors,
  retryAfterSeconds,
  triesLeft,
  id,
}: ProblemInput): Response {
  const { status, title } = problemTypes[type];
  const problem: Problem = { type, title, status, detail };
  if (errors !== undefined) problem.errors = errors;
  if (retryAfterSeconds !== undefined) problem.retryAfterSeconds = retryAfterSeconds;
  if (triesLeft !== undefined) problem.triesLeft = triesLeft;
  if (id !== undefined) problem.id = id;
  const headers = new Headers({ ...privateHeaders, 'Content-Type': 'application/problem+json' });
  if (retryAfterSeconds !== undefined) headers.set('Retry-After', String(retryAfterSeconds));
  if (status === 401) headers.set('WWW-Authenticate', 'Bearer realm="aquila"');
  return new Response(JSON.stringify(problem), { status, headers });
}
