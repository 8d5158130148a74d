/**
 * What is asked over Jolokia's protocol, read from a path or from a JSON body: `read/<mbean>/<attribute>/<path>`, `search/<pattern>`,
 * `list/<path>`, `version`, with processing parameters in the query or under `config`. Refusals are in the words of Jolokia 2.
 */
import { canonicalName, type ObjectName, parseObjectName } from './object-name.ts';

/** Processing parameters that mean something here; others are passed over, as in Jolokia. */
export interface JolokiaConfig {
  /** What cannot be read says so in its own place. */
  readonly ignoreErrors: boolean;
  /** The answer repeats the request. */
  readonly includeRequest: boolean;
  /** Levels of maps; what lies deeper is told as text. 0: all. */
  readonly maxDepth: number;
  /** The error comes as an object, too. */
  readonly serializeException: boolean;
}

export interface JolokiaRequest {
  readonly type: 'read' | 'search' | 'list' | 'version';
  /** Null where the type has none. */
  readonly mbean: ObjectName | null;
  readonly attribute?: string | readonly string[];
  readonly path?: string;
  readonly config: JolokiaConfig;
}

export class JolokiaError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export const illegalArgument = (message: string): JolokiaError =>
  new JolokiaError(400, 'java.lang.IllegalArgumentException', message);

/** Parts between slashes, `!/`, `!!` and `!"` standing for the character itself. */
export function pathParts(path: string | undefined): readonly string[] {
  if (path === undefined || path === '') return [];
  const parts = [''];
  for (let index = 0; index < path.length; index += 1) {
    const character = path[index] ?? '';
    if (character === '/') {
      parts.push('');
      continue;
    }
    if (character === '!') index += 1;
    parts[parts.length - 1] = (parts.at(-1) ?? '') + (character === '!' ? (path[index] ?? '') : character);
  }
  return parts;
}

function escapePart(part: string): string {
  return part.replace(/[!/"]/g, '!$&');
}

function configFrom(values: Readonly<Record<string, unknown>>): JolokiaConfig {
  const isTrue = (name: string): boolean => String(values[name]) === 'true';
  const depth = Number(values['maxDepth'] ?? 0);
  return {
    ignoreErrors: isTrue('ignoreErrors'),
    includeRequest: String(values['includeRequest']) !== 'false',
    maxDepth: Number.isInteger(depth) && depth > 0 ? depth : 0,
    serializeException: isTrue('serializeException'),
  };
}

function typeFrom(text: string): JolokiaRequest['type'] {
  const type = text.toLowerCase();
  if (type === 'read' || type === 'search' || type === 'list' || type === 'version') return type;
  if (type === 'exec' || type === 'write')
    throw new JolokiaError(
      403,
      'java.lang.SecurityException',
      `${type} is not allowed: this agent only tells`,
    );
  throw new JolokiaError(
    500,
    'java.lang.UnsupportedOperationException',
    `No type with name '${text}' exists`,
  );
}

function nameFrom(text: string): ObjectName {
  const name = parseObjectName(text);
  if (name === undefined) throw illegalArgument(`Invalid object name. ${text} is not domain:key=value,...`);
  return name;
}

/** A GET request below /jolokia, already percent-decoded. Throws JolokiaError. */
export function requestFromPath(path: string, query: Readonly<Record<string, unknown>> = {}): JolokiaRequest {
  const [first = '', ...rest] = pathParts(path.replace(/^\//, '').replace(/\/$/, ''));
  const config = configFrom(query);
  const type = typeFrom(first === '' ? 'version' : first);
  if (type === 'version') return { type, mbean: null, config };
  if (type === 'list')
    return { type, mbean: null, config, ...(rest.length > 0 && { path: rest.map(escapePart).join('/') }) };
  const [mbean, attributes, ...inner] = rest;
  if (mbean === undefined)
    throw illegalArgument(`Invalid arguments in pathinfo ${first} for command ${type.toUpperCase()}`);
  const request = { type, mbean: nameFrom(mbean), config };
  if (type === 'search') return request;
  const names = attributes?.split(',').filter((name) => name !== '' && name !== '*') ?? [];
  return {
    ...request,
    ...(names.length > 0 && { attribute: names.length === 1 ? (names[0] ?? '') : names }),
    ...(inner.length > 0 && { path: inner.map(escapePart).join('/') }),
  };
}

const isText = (item: unknown): item is string => typeof item === 'string';

/** An object of a POST body. Throws JolokiaError. */
export function requestFromJson(value: unknown): JolokiaRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw illegalArgument(`Invalid JSON Request ${JSON.stringify(value)}`);
  const { type, mbean, attribute, path, config } = value as Record<string, unknown>;
  if (type === undefined) throw illegalArgument('No type given');
  if (!isText(type)) throw illegalArgument('The type is no text');
  const known = typeFrom(type);
  if (known !== 'version' && known !== 'list' && !isText(mbean)) {
    throw illegalArgument(
      mbean === undefined || mbean === null ? 'Object name can not be null' : 'The object name is no text',
    );
  }
  if (path !== undefined && path !== null && !isText(path)) throw illegalArgument('The path is no text');
  const names = attribute === null || attribute === undefined ? [] : [attribute].flat();
  if (!names.every(isText)) throw illegalArgument('The attribute is no text, and no list of texts');
  return {
    type: known,
    mbean: known === 'version' || known === 'list' ? null : nameFrom(String(mbean)),
    config: configFrom(
      typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : {},
    ),
    ...(names.length > 0 && { attribute: isText(attribute) ? attribute : names }),
    ...(isText(path) && { path }),
  };
}

/** As an answer repeats it: names in canonical order. */
export function requestEcho({
  type,
  mbean,
  attribute,
  path,
}: JolokiaRequest): Readonly<Record<string, unknown>> {
  return {
    type,
    ...(mbean !== null && { mbean: canonicalName(mbean) }),
    ...(attribute !== undefined && { attribute }),
    ...(path !== undefined && { path }),
  };
}
