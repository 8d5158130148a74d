/** Marks on topics: what is marked, and who hears of it. */
import { expect, test } from 'vitest';
import { TopicSelection } from './topic-selection';

test('marks and unmarks, tells whoever listens, and gives a new set each time', () => {
  const selection = new TopicSelection();
  let told = 0;
  const stop = selection.subscribe(() => (told += 1));
  const before = selection.marked();
  selection.toggle('a');
  selection.add(['b', 'c']);
  selection.toggle('a');
  expect([...selection.marked()]).toEqual(['b', 'c']);
  expect(selection.marked()).not.toBe(before);
  expect(told).toBe(3);
  stop();
  selection.clear();
  expect([selection.marked().size, told]).toEqual([0, 3]);
});

test('forgets what is not there any more, and is the same set while nothing is forgotten', () => {
  const selection = new TopicSelection();
  selection.add(['a', 'b']);
  const marked = selection.marked();
  selection.keepOnly(new Set(['a', 'b', 'c']));
  expect(selection.marked()).toBe(marked);
  selection.keepOnly(new Set(['b', 'c']));
  expect([...selection.marked()]).toEqual(['b']);
});
