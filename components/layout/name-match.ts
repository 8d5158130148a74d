/**
 * Which of many names a few letters mean. PURE. Words of the search may stand anywhere in the name, in any order; a
 * name that starts with the search comes first, then one with a part that does, then the rest; short names before long.
 */

const NO_MATCH = -1;

/** Lower is better; NO_MATCH when a word is missing. */
export function matchRank(name: string, search: string): number {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const text = name.toLowerCase();
  let rank = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return NO_MATCH;
    if (at === 0) rank += 0;
    else if (/[^a-z0-9]/.test(text.charAt(at - 1))) rank += 1000;
    else rank += 2000;
  }
  return rank + Math.min(999, text.length);
}

/** The best `most` of them; in their given order when nothing is searched. */
export function bestMatches<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  search: string,
  most: number,
): T[] {
  if (search.trim() === '') return all.slice(0, most);
  const ranked: { item: T; rank: number }[] = [];
  for (const item of all) {
    const rank = matchRank(nameOf(item), search);
    if (rank !== NO_MATCH) ranked.push({ item, rank });
  }
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ item }) => item);
}
