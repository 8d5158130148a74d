/**
 * Reads what a request to the API carries: the named parts of its path, its query, its JSON body. Each comes out
 * checked against the endpoint's schema or not at all.
 *
 * Malformed (not percent-encoded, not JSON, a parameter given twice) is 400; well-formed but not allowed is 422 with
 * a text for each field.
 */
import type { z } from 'zod';
import { ConsoleError } from '@/console/services/console-error.ts';
import { bodyWithinMs, readBody } from './read-body.ts';

export const bodyBytesMax = 1024 * 1024;

/** `path` is the endpoint's, below /api/v1. The address is read as it was sent, so that an encoded slash stays in its part. */
export function readPathParts(path: string, pathname: string): Record<string, string> {
  const sent = pathname.replace(/^\/api\/v1/, '').split('/');
  const parts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, template] of path.split('/').entries()) {
    if (!template.startsWith('{')) continue;
    try {
      parts[template.slice(1, -1)] = decodeURIComponent(sent[index] ?? '');
    } catch {
      throw new ConsoleError('malformed', 'The address is not percent-encoded as it should be.');
    }
  }
  return parts;
}

/** What is told of a body in which much is wrong: enough to mend it, not all of it again. */
const fieldsToldMax = 50;
const keysToldMax = 20;
const textToldMax = 300;

const cut = (text: string): string =>
  text.length > textToldMax ? `${text.slice(0, textToldMax - 1)}…` : text;

function keysText(keys: readonly string[]): string {
  const more = keys.length > keysToldMax ? ` and ${String(keys.length - keysToldMax)} more` : '';
  return cut(keys.slice(0, keysToldMax).join(', ')) + more;
}

export function fieldErrors(error: z.ZodError): Record<string, string> {
  const errors = new Map<string, string>();
  for (const issue of error.issues.slice(0, fieldsToldMax)) {
    const unknown = issue.code === 'unrecognized_keys' ? keysText(issue.keys) : null;
    const field = cut(issue.path.map(String).join('.')) || (unknown ?? 'body');
    if (!errors.has(field))
      errors.set(field, unknown === null ? cut(issue.message) : `does not exist here: ${unknown}`);
  }
  return Object.fromEntries(errors);
}

export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = fieldErrors(result.error);
  const detail = Object.entries(errors)
    .map(([field, text]) => `${field}: ${text}`)
    .join('; ');
  throw new ConsoleError('invalid', detail.slice(0, 1_000), { errors });
}

export function readQuery(searchParams: URLSearchParams): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    if (Object.hasOwn(query, name))
      throw new ConsoleError('malformed', `The parameter ${name} is given twice.`);
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return query;
}

/** The parsed JSON, or undefined when there is no body. */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBody(request, { bytesMax: bodyBytesMax, withinMs: bodyWithinMs });
  if (bytes.byteLength === 0) return undefined;
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json(\s*;|$)/i.test(type)) {
    throw new ConsoleError('content-type', 'Send the body as application/json.');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ConsoleError('malformed', 'The body is not JSON in UTF-8.', { cause: error });
  }
}
