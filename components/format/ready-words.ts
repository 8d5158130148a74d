/**
 * Words of rows that are drawn by the dozen in a frame. To put a sentence together from a message takes longer than to draw a cell, so that it is
 * done once for what comes again. PURE.
 */

/** Stands for the name; in no message and no name, being of a private use. */
const NAME = '\uE000';

/** The words around a name, which is the only thing in them that differs. */
export function wordsAround(say: (name: string) => string): (name: string) => string {
  const [before = '', after = ''] = say(NAME).split(NAME);
  return (name) => `${before}${name}${after}`;
}

const MOST = 500;

/** What is said of a few numbers, remembered for as many as are likely to come again. */
export function wordsOfNumbers(say: (...numbers: number[]) => string): (...numbers: number[]) => string {
  const said = new Map<string, string>();
  return (...numbers) => {
    const key = numbers.join(' ');
    const known = said.get(key);
    if (known !== undefined) return known;
    if (said.size >= MOST) said.clear();
    const words = say(...numbers);
    said.set(key, words);
    return words;
  };
}
