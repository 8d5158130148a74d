/** Order of appends while checks are under way. */
import { describe, expect, it } from 'vitest';
import { AppendQueue } from './append-queue.ts';

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((keep) => (resolve = keep));
  return { promise, resolve };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('a partition with a check under way', () => {
  it('keeps the order of the calls, whichever check ends first', async () => {
    const queue = new AppendQueue();
    const done: string[] = [];
    const [slow, fast] = [deferred<string>(), deferred<string>()];
    queue.add('t-0', slow.promise, (value) => done.push(value));
    queue.add('t-0', fast.promise, (value) => done.push(value));
    queue.add('t-0', 'at once', (value) => done.push(value));
    fast.resolve('fast');
    await turns();
    expect(done).toEqual([]);
    slow.resolve('slow');
    await turns();
    expect(done).toEqual(['slow', 'fast', 'at once']);
  });

  it('holds up no other partition, and is free again when all is done', async () => {
    const queue = new AppendQueue();
    const done: string[] = [];
    const slow = deferred<string>();
    queue.add('t-0', slow.promise, (value) => done.push(value));
    expect([queue.isBusy('t-0'), queue.isBusy('t-1')]).toEqual([true, false]);
    queue.add('t-1', 'other', (value) => done.push(value));
    await turns();
    expect(done).toEqual(['other']);
    slow.resolve('slow');
    await turns();
    expect([queue.isBusy('t-0'), queue.isBusy('t-1')]).toEqual([false, false]);
  });
});
