import { expect, it } from 'vitest';
import { TopicNames } from './topic-names.ts';

it('is the name, of a topic seen before or not', () => {
  const names = new TopicNames();
  expect(['a', 'b', 'a', ''].map((name) => names.of(name))).toEqual(['a', 'b', 'a', '']);
  expect(names.size).toBe(3);
});

it('begins again with more topics than are worth keeping', () => {
  const names = new TopicNames();
  for (let topic = 0; topic < 250_000; topic++)
    expect(names.of(`t${String(topic)}`)).toBe(`t${String(topic)}`);
  expect(names.size).toBeLessThanOrEqual(100_000);
});
