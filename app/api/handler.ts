/**
 * The one way into every endpoint: who, may they, what do they ask, do it, answer, write it down. What somebody may is
 * decided by console/services/permission.ts; the use case gets the console as they may see it.
 *
 * Order: 401; then for cookies proof that the request came from this console; then the role; only then path, query and
 * body are read. So a refusal never tells what the body was judged to be. Whatever an endpoint with an `action` ends in,
 * done or refused, one audit row says so, and it says "ok" only after the service returned.
 */
import type { NextRequest } from 'next/server';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { endpoints } from '@/console/contracts/endpoints.ts';
import type { Endpoint } from '@/console/contracts/endpoint.ts';
import type { EndpointName } from '@/console/contracts/endpoints.ts';
import { recordAudit } from '@/console/services/audit.ts';
import { ConsoleError, tellable } from '@/console/services/console-error.ts';
import { consoleContext } from '@/console/services/context.ts';
import type { Actor, ConsoleContext } from '@/console/services/context.ts';
import { errorFields, logEvent } from '@/console/services/log.ts';
import { isStopping } from '@/console/services/open-requests.ts';
import { authorise, contextOf } from '@/console/services/permission.ts';
import { sameOrigin } from '@/console/services/same-origin.ts';
import { nameOfTarget } from '@/console/services/target-names.ts';
import { authenticate } from './authenticate.ts';
import { Download } from './download.ts';
import { privateHeaders, problemResponse } from './problem-response.ts';
import { checked, readJson, readPathParts, readQuery } from './read-request.ts';

type Row<Name extends EndpointName> = (typeof endpoints)[Name];
type Output<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;
type PartNames<Path extends string> = Path extends `${string}{${infer Part}}${infer Rest}`
  ? Part | PartNames<Rest>
  : never;

export interface EndpointInput<Name extends EndpointName> {
  context: ConsoleContext;
  actor: Row<Name>['role'] extends null ? null : Actor;
  parts: Record<PartNames<Row<Name>['path']>, string>;
  query: Row<Name> extends { query: infer Schema }
    ? Output<Schema, Record<string, never>>
    : Record<string, never>;
  body: Row<Name> extends { body: infer Schema } ? Output<Schema, undefined> : undefined;
  request: NextRequest;
  /** What the audit row says was changed, from what to what. Never a secret. */
  note: (detail: string) => void;
}

type Answer<Name extends EndpointName> =
  Row<Name> extends { form: 'download' }
    ? Download
    : Row<Name>['answer'] extends z.ZodType
      ? z.output<Row<Name>['answer']>
      : void;

export interface EndpointOptions<Name extends EndpointName> {
  /** The address of what was created. */
  location?: (answer: Answer<Name>, input: Pick<EndpointInput<Name>, 'parts'>) => string;
  /** What the audit row names, where the path does not. */
  target?: (input: Pick<EndpointInput<Name>, 'parts' | 'body'>) => string;
}

export type RouteHandler = (request: NextRequest) => Promise<Response>;
type UseCase<Name extends EndpointName> = (
  input: EndpointInput<Name>,
) => Promise<Answer<Name>> | Answer<Name>;

interface Progress {
  actor: Actor | null;
  target: string;
  cluster: string | null;
  detail: string | null;
}

export function handle<Name extends EndpointName>(
  name: Name,
  useCase: UseCase<Name>,
  options: EndpointOptions<Name> = {},
): RouteHandler {
  const endpoint: Endpoint = endpoints[name];
  return async (request) => {
    const progress: Progress = { actor: null, target: '', cluster: null, detail: null };
    let context: ConsoleContext | null = null;
    let response: Response;
    let result = 'ok';
    try {
      context = await openOrRefuse();
      const input = await readInput(endpoint, context, request, progress);
      if (options.target !== undefined) progress.target = options.target(input as EndpointInput<Name>);
      const answer = await useCase(input as EndpointInput<Name>);
      response = answerOf(endpoint, answer, options.location?.(answer, input as EndpointInput<Name>));
    } catch (error) {
      result = resultOf(error);
      response = refusalOf(error, name);
    }
    if (context !== null) await writeDown(endpoint, context, progress, result);
    return response;
  };
}

export async function handleUnknown(request: NextRequest): Promise<Response> {
  try {
    if ((await authenticate(await openOrRefuse(), request)) === null) throw notSignedIn();
    throw new ConsoleError('not-found', 'There is no such address; see /api/v1/openapi.json.');
  } catch (error) {
    return refusalOf(error, 'unknown');
  }
}

export const notSignedIn = () =>
  new ConsoleError('unauthenticated', 'Sign in, or send Authorization: Bearer TOKEN.');

export async function openOrRefuse(): Promise<ConsoleContext> {
  if (isStopping()) throw new ConsoleError('not-ready', 'The console is stopping.');
  try {
    return await consoleContext();
  } catch (error) {
    logEvent('error', 'console-not-ready', errorFields(error));
    throw new ConsoleError('not-ready', 'The console cannot open its database; its log says why.', {
      cause: error,
    });
  }
}

/** Throws ConsoleError at the first thing that does not hold. */
async function readInput(
  endpoint: Endpoint,
  context: ConsoleContext,
  request: NextRequest,
  progress: Progress,
): Promise<unknown> {
  const actor = endpoint.role === null ? null : await admit(endpoint, context, request, progress);
  const parts = readPathParts(endpoint.path, request.nextUrl.pathname);
  progress.target =
    parts['topic'] ?? parts['group'] ?? parts['broker'] ?? parts['id'] ?? parts['cluster'] ?? '';
  progress.cluster = parts['cluster'] ?? null;
  if (parts['id'] !== undefined && endpoint.action !== undefined)
    progress.target = await nameOfTarget(context, endpoint.path, parts['id']);
  if (actor !== null) authorise(actor, endpoint.role ?? 'admin', progress.cluster);
  if (endpoint.people === true && actor?.kind !== 'user')
    throw new ConsoleError('people-only', 'An API token has no account of its own: sign in for this.');
  const sentQuery = readQuery(request.nextUrl.searchParams);
  const query = endpoint.query === undefined ? {} : checked(endpoint.query, sentQuery);
  const body =
    endpoint.body === undefined ? undefined : checked(endpoint.body, (await readJson(request)) ?? {});
  const note = (detail: string): void => void (progress.detail = detail);
  const seen = actor === null ? context : contextOf(context, actor);
  return { context: seen, actor, parts, query, body, request, note };
}

async function admit(
  endpoint: Endpoint,
  context: ConsoleContext,
  request: NextRequest,
  progress: Progress,
): Promise<Actor> {
  const actor = await authenticate(context, request);
  if (actor === null)
    throw new ConsoleError('unauthenticated', 'Sign in, or send Authorization: Bearer TOKEN.');
  progress.actor = actor;
  if (
    endpoint.method !== 'GET' &&
    actor.kind === 'user' &&
    sameOrigin(request.headers, context.config.publicUrl) !== 'same'
  ) {
    throw new ConsoleError(
      'cross-site',
      'Changes by a signed-in browser have to come from the console itself.',
    );
  }
  return actor;
}

function answerOf(endpoint: Endpoint, answer: unknown, location: string | undefined): Response {
  const headers = new Headers(privateHeaders);
  if (location !== undefined) headers.set('Location', location);
  if (answer instanceof Download) return answer.response(headers);
  if (endpoint.answer === null) return new Response(null, { status: endpoint.success, headers });
  headers.set('Content-Type', 'application/json');
  return new Response(JSON.stringify(answer), { status: endpoint.success, headers });
}

export function refusalOf(error: unknown, where: string): Response {
  const told = tellable(error);
  if (told !== null) {
    const { type, message, errors, retryAfterSeconds, triesLeft } = told;
    return problemResponse({ type, detail: message, errors, retryAfterSeconds, triesLeft });
  }
  const id = randomUUID();
  logEvent('error', 'request-failed', { id, where, ...errorFields(error, true) });
  return problemResponse({ type: 'internal', detail: `The console's log says more under ${id}.`, id });
}

function resultOf(error: unknown): string {
  if (!(error instanceof ConsoleError)) return 'failed: internal';
  if (error.type === 'outcome-unknown') return 'unknown: no answer from the cluster';
  return `${error.type === 'cluster-unreachable' ? 'failed' : 'refused'}: ${error.type}`;
}

async function writeDown(
  endpoint: Endpoint,
  context: ConsoleContext,
  progress: Progress,
  result: string,
): Promise<void> {
  const { actor, target, cluster, detail } = progress;
  if (endpoint.action === undefined || actor === null) return;
  try {
    await recordAudit(context, { actor, action: endpoint.action, cluster, target, result, detail });
  } catch (error) {
    logEvent('error', 'audit-not-written', {
      actor: actor.name,
      action: endpoint.action,
      target,
      result,
      ...errorFields(error),
    });
  }
}
