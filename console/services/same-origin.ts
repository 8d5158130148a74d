/**
 * Whether a browser sent a request from a page of this console. Pure.
 *
 * A request that changes something and is let in by a cookie has to prove it: by an Origin with the host it was sent
 * to (or the public URL's), or by Sec-Fetch-Site: same-origin, which pages cannot forge. Missing both is not enough,
 * and `Origin: null` (a sandboxed frame) is another origin.
 */
interface HeadersLike {
  get(name: string): string | null;
}

export type SameOriginVerdict = 'same' | 'other' | 'unknown';

export function sameOrigin(headers: HeadersLike, publicUrl: string): SameOriginVerdict {
  const fetchSite = headers.get('sec-fetch-site');
  if (fetchSite !== null && fetchSite !== 'same-origin' && fetchSite !== 'none') return 'other';
  const origin = headers.get('origin');
  if (origin === null) return fetchSite === 'same-origin' ? 'same' : 'unknown';
  if (!URL.canParse(origin)) return 'other';
  const parsed = new URL(origin);
  if (parsed.origin === new URL(publicUrl).origin) return 'same';
  return parsed.protocol === 'http:' || parsed.protocol === 'https:'
    ? parsed.host === headers.get('host')
      ? 'same'
      : 'other'
    : 'other';
}
