import { expect, it } from 'vitest';
import { Sharers } from './sharers.ts';

const idleSince = () =>
  new Sharers(
    (nowMs) => ({ usedMs: nowMs }),
    ({ usedMs }, nowMs) => nowMs - usedMs >= 10,
  );

it('remembers each by itself', () => {
  const sharers = idleSince();
  const state = sharers.of('a', 0);
  expect(sharers.of('a', 5)).toBe(state);
  expect(sharers.of('b', 5)).not.toBe(state);
});

it('forgets whoever used nothing for long when many have come, and nobody else', () => {
  const sharers = idleSince();
  for (let index = 0; index < 1_000; index++) sharers.of(`old ${String(index)}`, 0);
  const kept = sharers.of('old 7', 0);
  kept.usedMs = 15;
  sharers.of('new', 20);
  expect(sharers.size).toBe(2);
  expect(sharers.of('old 7', 20)).toBe(kept);
});
