/**
 * Jolokia's protocol over the beans: read, search, list and version, by path or by JSON body, also in bulk.
 * Pure: a request value in, an answer value out. An error is an answer with a status and HTTP stays 200, as there.
 */
import type { Attributes, AttributeValue, Bean } from './bean-registry.ts';
import { type ObjectName, canonicalName, isPattern, nameMatches, parseObjectName } from './object-name.ts';

export interface JolokiaRequest {
  readonly type: string;
  readonly mbean?: string;
  readonly attribute?: string | readonly string[];
  readonly path?: string;
}

export interface JolokiaAnswer {
  readonly request: unknown;
  readonly status: number;
  readonly timestamp?: number;
  readonly value?: unknown;
  readonly error_type?: string;
  readonly error?: string;
  readonly stacktrace?: string;
}

export const MAX_BULK_REQUESTS = 10_000;
const PROTOCOL_VERSION = '7.2';

class JolokiaError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

interface NamedBean {
  readonly parsed: ObjectName;
  readonly canonical: string;
  readonly bean: Bean;
}

/** All beans at one moment: listed once for a bulk request, whatever its length. */
export class JolokiaView {
  readonly #agentVersion: string;
  readonly #nowSeconds: number;
  readonly #beans = new Map<string, NamedBean>();

  constructor(beans: Iterable<Bean>, agentVersion: string, nowMs: number) {
    this.#agentVersion = agentVersion;
    this.#nowSeconds = Math.floor(nowMs / 1_000);
    for (const bean of beans) {
      const parsed = parseObjectName(bean.name);
      if (!parsed) continue;
      const canonical = canonicalName(parsed);
      this.#beans.set(canonical, { parsed, canonical, bean });
    }
  }

  answer(request: JolokiaRequest): JolokiaAnswer {
    try {
      return { request, value: this.#value(request), timestamp: this.#nowSeconds, status: 200 };
    } catch (error) {
      if (!(error instanceof JolokiaError)) throw error;
      return failure(request, error.status, error.type, error.message);
    }
  }

  #value(request: JolokiaRequest): unknown {
    switch (request.type) {
      case 'version':
        return {
          agent: this.#agentVersion,
          protocol: PROTOCOL_VERSION,
          config: {},
          info: { product: 'aquila' },
        };
      case 'read':
        return this.#read(request);
      case 'search':
        return this.#matching(mbeanOf(request)).map(({ canonical }) => canonical);
      case 'list':
        return descend(this.#list(), pathParts(request.path));
      default:
        throw new JolokiaError(
          400,
          'java.lang.IllegalArgumentException',
          `Unknown request type ${request.type}`,
        );
    }
  }

  #read(request: JolokiaRequest): unknown {
    const name = mbeanOf(request);
    if (!isPattern(name)) {
      const found = this.#beans.get(canonicalName(name));
      if (!found) throw noInstance(request.mbean ?? '');
      return descend(pick(found.bean.read(), request.attribute, true), pathParts(request.path));
    }
    const result: Record<string, unknown> = {};
    for (const { canonical, bean } of this.#matching(name)) {
      const wanted = request.attribute === undefined ? undefined : [request.attribute].flat();
      const attributes = pick(bean.read(), wanted, false) as Attributes;
      if (wanted === undefined || Object.keys(attributes).length > 0) result[canonical] = attributes;
    }
    if (Object.keys(result).length === 0) throw noInstance(request.mbean ?? '');
    return result;
  }

  #matching(pattern: ObjectName): NamedBean[] {
    return [...this.#beans.values()].filter(({ parsed }) => nameMatches(pattern, parsed));
  }

  #list(): Record<string, Record<string, unknown>> {
    const domains: Record<string, Record<string, unknown>> = {};
    for (const { parsed, canonical, bean } of this.#beans.values()) {
      const attr = Object.fromEntries(
        Object.entries(bean.read()).map(([name, value]) => [
          name,
          { rw: false, type: javaType(value), desc: name },
        ]),
      );
      const properties = canonical.slice(parsed.domain.length + 1);
      (domains[parsed.domain] ??= {})[properties] = { desc: properties, attr, op: {} };
    }
    return domains;
  }
}

export function failure(request: unknown, status: number, type: string, message: string): JolokiaAnswer {
  return { request, status, error_type: type, error: `${type} : ${message}`, stacktrace: '' };
}

function javaType(value: AttributeValue): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'java.lang.String' : 'javax.management.openmbean.CompositeData';
}

function noInstance(mbean: string): JolokiaError {
  return new JolokiaError(404, 'javax.management.InstanceNotFoundException', mbean);
}

function mbeanOf(request: JolokiaRequest): ObjectName {
  const name = parseObjectName(request.mbean ?? '');
  if (name) return name;
  throw new JolokiaError(
    400,
    'javax.management.MalformedObjectNameException',
    `Invalid object name ${request.mbean ?? ''}`,
  );
}

/** One attribute by name gives its value; several or none give a map. With `strict` a missing one is an error. */
function pick(attributes: Attributes, wanted: JolokiaRequest['attribute'], strict: boolean): AttributeValue {
  const one = (name: string): AttributeValue => {
    if (Object.hasOwn(attributes, name)) return attributes[name] ?? null;
    throw new JolokiaError(404, 'javax.management.AttributeNotFoundException', `No such attribute: ${name}`);
  };
  if (typeof wanted === 'string') return one(wanted);
  if (wanted === undefined || wanted.length === 0) return attributes;
  const names = strict ? wanted : wanted.filter((name) => Object.hasOwn(attributes, name));
  return Object.fromEntries(names.map((name) => [name, one(name)]));
}

function descend(value: unknown, parts: readonly string[]): unknown {
  let current = value;
  for (const part of parts) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) {
      throw new JolokiaError(404, 'javax.management.AttributeNotFoundException', `Invalid path part ${part}`);
    }
    current = (current as Record<string, unknown>)[part];
  }
  return current;
}

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

/** A GET request's path below /jolokia, already percent-decoded: `read/<mbean>/<attribute>/<path>`. */
export function requestFromPath(path: string): JolokiaRequest {
  const [type = '', mbean, attributes, ...inner] = pathParts(path.replace(/^\//, '').replace(/\/$/, ''));
  if (type === '') return { type: 'version' };
  if (type === 'list') {
    const rest = [mbean, attributes, ...inner].filter((part) => part !== undefined);
    return rest.length > 0 ? { type, path: rest.map(escapePart).join('/') } : { type };
  }
  const names = attributes?.split(',').filter((name) => name !== '') ?? [];
  return {
    type,
    ...(mbean === undefined ? {} : { mbean }),
    ...(names.length === 0 ? {} : { attribute: names.length === 1 ? (names[0] ?? '') : names }),
    ...(inner.length === 0 ? {} : { path: inner.map(escapePart).join('/') }),
  };
}

function escapePart(part: string): string {
  return part.replace(/[!/"]/g, '!$&');
}

/** A POST body's entry, or undefined when it is not of the right shape. */
export function requestFromJson(value: unknown): JolokiaRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, mbean, attribute, path } = value as Record<string, unknown>;
  const isText = (item: unknown): item is string => typeof item === 'string';
  if (!isText(type)) return undefined;
  if (mbean !== undefined && !isText(mbean)) return undefined;
  if (path !== undefined && path !== null && !isText(path)) return undefined;
  const attributes = attribute === null ? undefined : attribute;
  if (
    attributes !== undefined &&
    !isText(attributes) &&
    !(Array.isArray(attributes) && attributes.every(isText))
  ) {
    return undefined;
  }
  return {
    type: type.toLowerCase(),
    ...(mbean === undefined ? {} : { mbean }),
    ...(attributes === undefined ? {} : { attribute: attributes }),
    ...(isText(path) ? { path } : {}),
  };
}
