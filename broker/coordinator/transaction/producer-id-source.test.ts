import { describe, expect, it } from 'vitest';
import { ProducerIdSource } from './producer-id-source.ts';

function blocks(length: number) {
  const state = { calls: 0, failNext: false };
  const source = new ProducerIdSource(async () => {
    await Promise.resolve();
    if (state.failNext) {
      state.failNext = false;
      throw new Error('no controller');
    }
    state.calls += 1;
    return { firstProducerId: (state.calls - 1) * length, count: length };
  });
  return { source, state };
}

describe('producer ids', () => {
  it('are given once each, from one block at a time, to any number of callers', async () => {
    const { source, state } = blocks(10);
    const ids = await Promise.all(Array.from({ length: 35 }, () => source.next()));
    expect([...ids].sort((left, right) => left - right)).toEqual(
      Array.from({ length: 35 }, (_unused, index) => index),
    );
    expect(state.calls).toBe(4);
  });

  it('can be asked for again after the controller failed', async () => {
    const { source, state } = blocks(10);
    state.failNext = true;
    await expect(source.next()).rejects.toThrow('no controller');
    expect(await source.next()).toBe(0);
  });
});
