/**
 * Names by pattern: `*` is any run of characters, also none; `?` is any one. Everything else stands for itself, and case counts.
 * A user writes these, and anybody who may create a group chooses what they are tried on, so nothing here goes back further
 * than to the last `*`: at most (length of the pattern) x (length of the name) steps, whatever both are.
 */

export function isPattern(name: string): boolean {
  return name.includes('*') || name.includes('?');
}

/** Null matches everything. A function, because one pattern is tried on thousands of names. */
export function nameMatcher(pattern: string | null): (name: string) => boolean {
  if (pattern === null || pattern === '*') return () => true;
  if (!isPattern(pattern)) return (name) => name === pattern;
  return (name) => matchesPattern(pattern, name);
}

/** Characters are UTF-16 units: a `?` is half of an emoji. */
export function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let from = 0;
  /** Where to go on when the rest does not fit: behind the last `*`, which then takes one character more. */
  let afterStar = -1;
  let starTook = 0;
  while (from < name.length) {
    const want = pattern[at];
    if (want === '*') {
      afterStar = ++at;
      starTook = from;
    } else if (want === '?' || (want !== undefined && want === name[from])) {
      at += 1;
      from += 1;
    } else if (afterStar >= 0) {
      at = afterStar;
      from = ++starTook;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
