/** A reason reads as a sentence, and a name in it stays as it is written. */
import { expect, it } from 'vitest';
import { asSentence } from './sentence.ts';

it.each([
  [
    'the group has no members: partition 0 lags (and 5 more)',
    'The group has no members: partition 0 lags (and 5 more).',
  ],
  ['partition 0 of orders has not committed', 'Partition 0 of orders has not committed.'],
  ['theatre is late', 'theatre is late.'],
  ['It is over.', 'It is over.'],
])('%s', (words, sentence) => {
  expect(asSentence(words)).toBe(sentence);
});
