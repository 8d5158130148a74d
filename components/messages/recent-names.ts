/** The names of what was looked into lately, the last one first. PURE. What a browser kept is read with doubt: anybody can write there. */

/** More would be a list of its own. */
const MOST_RECENT = 6;
/** Of Kafka's names. */
const LONGEST_NAME = 249;

export function readRecent(text: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(text);
    if (!Array.isArray(kept)) return [];
    const names = kept.filter(
      (each): each is string => typeof each === 'string' && each !== '' && each.length <= LONGEST_NAME,
    );
    return [...new Set(names)].slice(0, MOST_RECENT);
  } catch {
    return [];
  }
}

export const visited = (names: readonly string[], name: string): readonly string[] =>
  [name, ...names.filter((each) => each !== name)].slice(0, MOST_RECENT);
