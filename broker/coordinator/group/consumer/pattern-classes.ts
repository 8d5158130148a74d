/** Sets of characters as RE2 names them: Perl's, POSIX's and Unicode's. A set is a question about one code point. */

export type CodeTest = (code: number) => boolean;

const isDigit: CodeTest = (code) => code >= 48 && code <= 57;
const isUpper: CodeTest = (code) => code >= 65 && code <= 90;
const isLower: CodeTest = (code) => code >= 97 && code <= 122;
const isLetter: CodeTest = (code) => isUpper(code) || isLower(code);
/** Of `\b` too. */
export const isWord: CodeTest = (code) => isLetter(code) || isDigit(code) || code === 95;
const isSpace: CodeTest = (code) => code === 32 || (code >= 9 && code <= 13 && code !== 11);
const isGraph: CodeTest = (code) => code >= 33 && code <= 126;

const POSIX: ReadonlyMap<string, CodeTest> = new Map([
  [':alnum:', (code) => isLetter(code) || isDigit(code)],
  [':alpha:', isLetter],
  [':ascii:', (code) => code <= 127],
  [':blank:', (code) => code === 9 || code === 32],
  [':cntrl:', (code) => code <= 31 || code === 127],
  [':digit:', isDigit],
  [':graph:', isGraph],
  [':lower:', isLower],
  [':print:', (code) => code === 32 || isGraph(code)],
  [':punct:', (code) => isGraph(code) && !isLetter(code) && !isDigit(code)],
  [':space:', (code) => code === 32 || (code >= 9 && code <= 13)],
  [':upper:', isUpper],
  [':word:', isWord],
  [':xdigit:', (code) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)],
]);

/** `d`, `s`, `w` and, for everything else, `D`, `S`, `W`. */
export function perlClass(letter: string): CodeTest | null {
  const test = { d: isDigit, s: isSpace, w: isWord }[letter.toLowerCase()];
  if (test === undefined) return null;
  return letter === letter.toLowerCase() ? test : (code) => !test(code);
}

/** `:alpha:`, a general category or a script of Unicode (`L`, `Lu`, `Greek`); null when there is none of that name. */
export function namedClass(name: string): CodeTest | null {
  const posix = POSIX.get(name);
  if (posix !== undefined) return posix;
  if (name === 'Any') return () => true;
  if (!/^[A-Z][A-Za-z_]*$/.test(name)) return null;
  const unicode = unicodeSet(`gc=${name}`) ?? unicodeSet(`sc=${name}`);
  return unicode === null ? null : (code) => unicode.test(String.fromCodePoint(code));
}

/** Of one character only, so that there is nothing to go back over. */
function unicodeSet(property: string): RegExp | null {
  try {
    return new RegExp(`^\\p{${property}}$`, 'u');
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function characterTest(wanted: number, ignoreCase: boolean): CodeTest {
  const test: CodeTest = (code) => code === wanted;
  return ignoreCase ? withEitherCase(test) : test;
}

export function classTest(tests: readonly CodeTest[], isNegated: boolean, ignoreCase: boolean): CodeTest {
  const inAny: CodeTest = (code) => tests.some((test) => test(code));
  const test = ignoreCase ? withEitherCase(inAny) : inAny;
  return isNegated ? (code) => !test(code) : test;
}

function withEitherCase(test: CodeTest): CodeTest {
  return (code) => {
    if (test(code)) return true;
    const character = String.fromCodePoint(code);
    return [character.toLowerCase(), character.toUpperCase()].some((other) =>
      test(other.codePointAt(0) ?? -1),
    );
  };
}
