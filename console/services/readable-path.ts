/**
 * Addresses in which every part can be read. A `%` that no two hexadecimal digits follow, or bytes that are no UTF-8, make decoders
 * throw: Next answers such a path with a bare 500 before any page or handler of ours is asked. A part like that stands for itself
 * here, as browsers take it when somebody types it: `/topics/50%` is the topic `50%`, which there is or is not (RFC 3986, 2.4).
 * Called for each request before anybody else looks at it; what follows the `?` is left alone, it is read without throwing.
 */
function readablePart(part: string): string {
  try {
    decodeURIComponent(part);
    return part;
  } catch {
    return part.replaceAll('%', '%25');
  }
}

/** `target` of a request line: a path with or without a query. The very same where all of it can be read. */
export function readablePath(target: string): string {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  if (!path.includes('%')) return target;
  return path.split('/').map(readablePart).join('/') + target.slice(path.length);
}
