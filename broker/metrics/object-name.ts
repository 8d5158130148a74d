/**
 * Names of management beans, `domain:key=value,key=value`, as javax.management.ObjectName defines them: order of the
 * keys does not matter, the canonical form sorts them, and a pattern has `*` or `?` in the domain or a value, or `,*`
 * at its end for "and any other keys". A value in double quotes is taken by its characters.
 */

export interface ObjectName {
  readonly domain: string;
  /** In the order written. */
  readonly properties: readonly (readonly [string, string])[];
  /** Ends in `,*`: further keys are allowed. */
  readonly openEnded: boolean;
}

export function parseObjectName(text: string): ObjectName | undefined {
  const colon = text.indexOf(':');
  if (colon < 0 || colon === text.length - 1) return undefined;
  const properties: (readonly [string, string])[] = [];
  let openEnded = false;
  for (const part of splitOutsideQuotes(text.slice(colon + 1))) {
    if (part === '*') {
      openEnded = true;
      continue;
    }
    const equals = part.indexOf('=');
    if (equals <= 0) return undefined;
    properties.push([part.slice(0, equals), part.slice(equals + 1)]);
  }
  return { domain: text.slice(0, colon), properties, openEnded };
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\' && quoted) index += 1;
    else if (text[index] === '"') quoted = !quoted;
    else if (text[index] === ',' && !quoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

export function canonicalName(name: ObjectName): string {
  const keys = [...name.properties].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `${name.domain}:${keys.map(([key, value]) => `${key}=${value}`).join(',')}${name.openEnded ? ',*' : ''}`;
}

export function isPattern(name: ObjectName): boolean {
  const wild = (text: string): boolean => text.includes('*') || text.includes('?');
  return name.openEnded || wild(name.domain) || name.properties.some(([, value]) => wild(value));
}

/** Linear-time wildcard match: `*` any run, `?` one character. A hostile pattern cannot make it slow. */
export function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    if (
      at < pattern.length &&
      (pattern[at] === '?' || pattern[at] === text[position]) &&
      pattern[at] !== '*'
    ) {
      at += 1;
      position += 1;
    } else if (pattern[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

export function nameMatches(pattern: ObjectName, name: ObjectName): boolean {
  if (!wildcardMatches(pattern.domain, name.domain)) return false;
  if (!pattern.openEnded && pattern.properties.length !== name.properties.length) return false;
  return pattern.properties.every(([key, value]) =>
    name.properties.some(([otherKey, otherValue]) => otherKey === key && wildcardMatches(value, otherValue)),
  );
}
