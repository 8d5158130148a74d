/** Where to go after signing in. PURE. Only a path of this origin is followed; everything else leads to the overview. */
export function ownPath(wanted: string | null, origin: string): string {
  if (wanted === null || !wanted.startsWith('/') || /[\\\p{Cc}]/u.test(wanted)) return '/';
  try {
    const url = new URL(wanted, origin);
    if (url.origin !== origin || url.pathname.startsWith('//') || url.pathname.startsWith('/login'))
      return '/';
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return '/';
  }
}
