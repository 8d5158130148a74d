/** Turns: so many at once, the rest in order, what is too much refused, and nobody lost when work fails. */
import { expect, test } from 'vitest';
import { inTurnOf } from './in-turn.ts';

const limits = { runningMax: 2, waitingMax: 3, refusal: 'Too many at once.', retryAfterSeconds: 5 };

/** Work that runs until it is told to end; `running` are those that began and did not end. */
function bench() {
  const inTurn = inTurnOf(limits);
  const begun: string[] = [];
  const ends = new Map<string, { done: () => void; fail: () => void }>();
  const start = (name: string) =>
    inTurn(
      () =>
        new Promise<string>((resolve, reject) => {
          begun.push(name);
          ends.set(name, { done: () => resolve(name), fail: () => reject(new Error(name)) });
        }),
    );
  return { begun, ends, start };
}

test('two run, three wait in order, the sixth is refused with the time to wait', async () => {
  const { begun, ends, start } = bench();
  const work = ['a', 'b', 'c', 'd', 'e'].map(start);
  expect(begun).toEqual(['a', 'b']);
  await expect(start('f')).rejects.toMatchObject({ type: 'too-many-tries', retryAfterSeconds: 5 });
  for (const name of ['b', 'a', 'c', 'd', 'e']) {
    await expect.poll(() => ends.has(name)).toBe(true);
    ends.get(name)?.done();
  }
  expect(await Promise.all(work)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('work that fails gives its turn on, too', async () => {
  const { begun, ends, start } = bench();
  const [first, second, third] = ['a', 'b', 'c'].map(start);
  ends.get('a')?.fail();
  await expect(first).rejects.toThrow('a');
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  ends.get('b')?.done();
  ends.get('c')?.done();
  expect(await Promise.all([second, third])).toEqual(['b', 'c']);
});

test('a turn that is handed on cannot be taken by somebody who comes just then', async () => {
  const { begun, ends, start } = bench();
  const work = ['a', 'b', 'c'].map(start);
  ends.get('a')?.done();
  await work[0];
  const late = start('late');
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const name of ['b', 'c', 'late']) {
    await expect.poll(() => ends.has(name)).toBe(true);
    ends.get(name)?.done();
  }
  expect(await Promise.all([...work, late])).toEqual(['a', 'b', 'c', 'late']);
});
