/**
 * Words of the server that stand behind a colon or in a cell (`the group has no members: ...`), as a sentence among others. A name that
 * they begin with keeps its letters. PURE.
 */
const firstWord = /^(?:the|a|an|no|nobody|nothing|it|its|all|each|some|one|partition|partitions)\b/;

export function asSentence(words: string): string {
  const begun = firstWord.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
  return /[.!?。]$/.test(begun) ? begun : `${begun}.`;
}
