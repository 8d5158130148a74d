/**
 * Jolokia's protocol over the beans: read, search, list and version, also in bulk, answered as Jolokia 2 does.
 * Pure: a request in, an answer value out. An error is an answer with a status and HTTP stays 200, as there.
 */
import type { Attributes, AttributeValue, Bean } from './bean-registry.ts';
import {
  illegalArgument,
  JolokiaError,
  type JolokiaRequest,
  pathParts,
  requestEcho,
} from './jolokia-request.ts';
import { canonicalName, isPattern, nameMatches, type ObjectName, parseObjectName } from './object-name.ts';

export interface JolokiaAnswer {
  readonly request?: unknown;
  readonly status: number;
  /** Whole seconds; of what was found only. */
  readonly timestamp?: number;
  readonly value?: unknown;
  readonly error_type?: string;
  readonly error?: string;
  readonly error_value?: unknown;
}

export const MAX_BULK_REQUESTS = 10_000;
/** Of Jolokia 2. */
const PROTOCOL_VERSION = '8.0';

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
    const echo = request.config.includeRequest ? { request: requestEcho(request) } : {};
    try {
      return { ...echo, value: this.#value(request), status: 200, timestamp: this.#nowSeconds };
    } catch (error) {
      return { ...echo, ...failure(error, request.config.serializeException) };
    }
  }

  #value(request: JolokiaRequest): unknown {
    const { mbean, config } = request;
    if (request.type === 'version') return this.#version();
    if (request.type === 'list') return this.#list(pathParts(request.path), config.maxDepth);
    if (mbean === null) throw illegalArgument('Object name can not be null');
    if (request.type === 'search') return this.#matching(mbean).map(({ canonical }) => canonical);
    const read = isPattern(mbean) ? this.#readPattern(mbean, request) : this.#readOne(mbean, request);
    return limited(extracted(read, pathParts(request.path)), 0, config.maxDepth);
  }

  #version(): unknown {
    return {
      agent: this.#agentVersion,
      protocol: PROTOCOL_VERSION,
      details: { agent_version: this.#agentVersion, server_product: 'aquila', secured: false },
      config: { maxDepth: '0', maxCollectionSize: '0', maxObjects: '0', agentContext: '/jolokia' },
      info: { aquila: {} },
    };
  }

  #readOne(mbean: ObjectName, { attribute, config }: JolokiaRequest): unknown {
    const found = this.#beans.get(canonicalName(mbean));
    if (found === undefined)
      throw new JolokiaError(404, 'javax.management.InstanceNotFoundException', canonicalName(mbean));
    const attributes = found.bean.read();
    if (attribute === undefined) return attributes;
    if (typeof attribute === 'string') return oneOf(attributes, attribute);
    const values = attribute.map((name): readonly [string, AttributeValue] => {
      if (!config.ignoreErrors || Object.hasOwn(attributes, name)) return [name, oneOf(attributes, name)];
      return [name, `ERROR: ${NO_ATTRIBUTE}${name} (class ${ATTRIBUTE_NOT_FOUND})`];
    });
    return Object.fromEntries(values);
  }

  /** Beans that have none of the attributes are left out. */
  #readPattern(pattern: ObjectName, { attribute }: JolokiaRequest): unknown {
    const matching = this.#matching(pattern);
    if (matching.length === 0) {
      const message = `No MBean with pattern ${canonicalName(pattern)} found for reading attributes`;
      throw new JolokiaError(404, 'javax.management.InstanceNotFoundException', message);
    }
    const wanted = attribute === undefined ? null : [attribute].flat();
    const result: Record<string, unknown> = {};
    for (const { canonical, bean } of matching) {
      const attributes = bean.read();
      const picked = wanted === null ? attributes : some(attributes, wanted);
      if (wanted === null || Object.keys(picked).length > 0) result[canonical] = picked;
    }
    if (wanted !== null && Object.keys(result).length === 0) {
      const names = matching.map(({ canonical }) => canonical).join(', ');
      throw illegalArgument(`No matching attributes [${wanted.join(', ')}] found on MBeans [${names}]`);
    }
    return result;
  }

  #matching(pattern: ObjectName): NamedBean[] {
    return [...this.#beans.values()].filter(({ parsed }) => nameMatches(pattern, parsed));
  }

  /** Domain, then names, then what there is of a bean, then attributes: only as much as the path leads to is made. */
  #list([domain, properties, ...inner]: readonly string[], maxDepth: number): unknown {
    if (domain === undefined || properties === undefined) {
      const domains: Record<string, Record<string, unknown>> = {};
      for (const { parsed, canonical, bean } of this.#beans.values()) {
        if (domain !== undefined && parsed.domain !== domain) continue;
        const names = (domains[parsed.domain] ??= {});
        const depth = domain === undefined ? 2 : 1;
        // What is cut off anyway needs not be read.
        names[canonical.slice(parsed.domain.length + 1)] = maxDepth === depth ? '1' : described(bean);
      }
      return cut(domain === undefined ? domains : (domains[domain] ?? {}), maxDepth);
    }
    const name = parseObjectName(`${domain}:${properties}`);
    const found = name && this.#beans.get(canonicalName(name));
    if (!found) throw illegalArgument(`No MBean '${domain}:${properties}' found`);
    let value: unknown = described(found.bean);
    for (const part of inner) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
        throw illegalArgument(`Illegal path element ${part}`);
      value = (value as Record<string, unknown>)[part];
    }
    return cut(value, maxDepth);
  }
}

const ATTRIBUTE_NOT_FOUND = 'javax.management.AttributeNotFoundException';
const NO_ATTRIBUTE = 'No such attribute: ';

/** Rethrows what is no refusal. */
export function failure(error: unknown, asObject = false): JolokiaAnswer {
  if (!(error instanceof JolokiaError)) throw error;
  const { status, type, message } = error;
  return {
    error_type: type,
    error: `${type} : ${message}`,
    ...(asObject && { error_value: { message, localizedMessage: message, cause: null, suppressed: [] } }),
    status,
  };
}

function described(bean: Bean): unknown {
  const attr = Object.entries(bean.read()).map(([name, value]) => [
    name,
    { rw: false, type: javaType(value), desc: name },
  ]);
  return { desc: bean.name, attr: Object.fromEntries(attr) as unknown, op: {} };
}

function javaType(value: AttributeValue): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'java.lang.String' : 'javax.management.openmbean.CompositeData';
}

function oneOf(attributes: Attributes, name: string): AttributeValue {
  if (Object.hasOwn(attributes, name)) return attributes[name] ?? null;
  throw new JolokiaError(404, ATTRIBUTE_NOT_FOUND, `${NO_ATTRIBUTE}${name}`);
}

function some(attributes: Attributes, names: readonly string[]): Attributes {
  const known = names.filter((name) => Object.hasOwn(attributes, name));
  return Object.fromEntries(known.map((name) => [name, attributes[name] ?? null]));
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Down a path; `*` goes down all ways that there are. Null where it leads nowhere. */
function extracted(value: unknown, [part, ...rest]: readonly string[]): unknown {
  if (part === undefined) return value;
  if (!isMap(value)) return null;
  if (part !== '*') return Object.hasOwn(value, part) ? extracted(value[part], rest) : null;
  const found = Object.entries(value).map(([key, inner]) => [key, extracted(inner, rest)] as const);
  const ways = found.filter(([, inner]) => inner !== null);
  return ways.length === 0 ? null : Object.fromEntries(ways);
}

function limited(value: unknown, depth: number, maxDepth: number): unknown {
  if (maxDepth === 0 || value === null) return value;
  if (depth >= maxDepth) return typeof value === 'string' ? value : JSON.stringify(value);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, limited(inner, depth + 1, maxDepth)]),
  );
}

/** Of a list: there is something below, and that is all that is told. */
function cut(value: unknown, maxDepth: number, depth = 0): unknown {
  if (maxDepth === 0 || !isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      depth + 1 >= maxDepth && isMap(inner) ? '1' : cut(inner, maxDepth, depth + 1),
    ]),
  );
}
