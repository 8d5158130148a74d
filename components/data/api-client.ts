/**
 * How the browser talks to /api/v1: JSON in and out, RFC 9457 problems as typed errors. A session that ended leads
 * to the sign-in page and back. Answers are not validated again here: the server checks them against the contracts.
 */
import { pagePaths } from '../../console/contracts/paths';
import type { Problem } from '../../console/contracts/problem';

export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

function problemOf(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'type' in body && 'detail' in body) {
    const problem = body as Problem;
    // The type may be written as a URI reference; the name is its last part.
    const name = String(problem.type).split('/').at(-1) ?? 'internal';
    return { ...problem, type: name as Problem['type'] };
  }
  return {
    type: 'internal',
    title: 'No answer',
    status,
    detail: `The console answered with status ${status}.`,
  };
}

function leaveForSignIn(): void {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`${pagePaths.login(here)}&reason=expired`);
}

async function send(method: string, url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(url, {
    method,
    cache: 'no-store',
    credentials: 'same-origin',
    headers:
      body === undefined
        ? { Accept: 'application/json' }
        : { Accept: 'application/json', 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.ok) return answer;
  const problem = problemOf(answer.status, await answer.json().catch(() => null));
  if (answer.status === 401) leaveForSignIn();
  const retryAfter = Number(answer.headers.get('Retry-After') ?? Number.NaN);
  throw new ApiProblem(
    Number.isFinite(retryAfter) && problem.retryAfterSeconds === undefined
      ? { ...problem, retryAfterSeconds: retryAfter }
      : problem,
  );
}

export async function apiGet<T>(url: string, signal?: AbortSignal): Promise<T> {
  const answer = await send('GET', url, undefined, signal);
  return (await answer.json()) as T;
}

/** An answer that is read as it comes; refused like any other. */
export function apiStream(url: string, signal: AbortSignal): Promise<Response> {
  return send('GET', url, undefined, signal);
}

export async function apiSend<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
): Promise<T> {
  const answer = await send(method, url, body);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** True for a problem of that name. */
export function isProblem(error: unknown, type: Problem['type']): error is ApiProblem {
  return error instanceof ApiProblem && error.problem.type === type;
}
