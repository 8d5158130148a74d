import { expect, it } from 'vitest';
import { LineBook } from './line-book.ts';
import { samplesIn } from './testing/listed-samples.ts';

const told = (book: LineBook): string[] =>
  samplesIn(book).map(({ name, labels: { topic, group, broker, partition }, value }) =>
    [name, topic, group, broker, partition, value].filter((part) => part !== '').join(' '),
  );

it('gives a line the same slot and object in every round in which it is told', () => {
  const book = new LineBook();
  const tell = (value: number | null): void => {
    book.begin();
    book.set(book.inside(book.all, 'group', 'g'), 'group.lag', value);
    const topic = book.inside(book.inside(book.all, 'group', 'g'), 'topic', 't');
    book.set(topic, 'group.lag', 7);
  };
  tell(1);
  const [lag, ofTopic] = book.lines;
  expect(told(book)).toEqual(['group.lag g 1', 'group.lag t g 7']);
  tell(null);
  expect(told(book)).toEqual(['group.lag t g 7']);
  tell(2);
  expect(told(book)).toEqual(['group.lag g 2', 'group.lag t g 7']);
  expect([book.lines[0] === lag, book.lines[1] === ofTopic]).toEqual([true, true]);
});

it('tells lines of one name apart by every label, and has no point for what is not finite', () => {
  const book = new LineBook();
  book.begin();
  for (const [index, label] of (['topic', 'group', 'broker', 'partition'] as const).entries())
    book.set(book.inside(book.all, label, 'x'), 'n', index);
  for (const value of [NaN, Infinity, null]) book.set(book.all, 'n', value);
  expect(samplesIn(book).map(({ labels }) => Object.values(labels).join('-'))).toEqual([
    'x---',
    '-x--',
    '--x-',
    '---x',
  ]);
  book.begin();
  expect(book.isEmpty).toBe(true);
});

it('forgets lines that are not told any more, and gives their slots to others', () => {
  const book = new LineBook();
  for (let round = 0; round < 1_000; round++) {
    book.begin();
    book.set(book.all, 'stays', round);
    const topic = book.inside(book.all, 'topic', `t${String(round)}`);
    book.set(book.inside(topic, 'partition', '0'), 'goes', 1);
  }
  expect(told(book)).toEqual(['stays 999', 'goes t999 0 1']);
  expect(book.lines.length).toBeLessThan(100);
  expect(book.all.inner?.topic?.size).toBeLessThan(100);
});
