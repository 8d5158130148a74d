/** Blocks of producer ids: each once, and only for a registration that counts. */
import { expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { TestCluster } from './cluster-test-kit.ts';
import { allocateProducerIds } from './producer-ids.ts';

it('gives each block once, to whoever asks', () => {
  const on = new TestCluster(1, 2);
  const blocks = [1, 2, 1].map((id) => on.run(allocateProducerIds(id, on.epochOf(id), on.image)));
  expect(blocks.map(({ firstProducerId, count }) => [firstProducerId, count])).toEqual([
    [0, 1_000],
    [1_000, 1_000],
    [2_000, 1_000],
  ]);
  expect(on.image.nextProducerId).toBe(3_000);
});

it('gives none to a registration that does not count', () => {
  const on = new TestCluster(1);
  for (const [id, epoch] of [
    [1, on.epochOf(1) + 1],
    [2, 0],
  ] as const) {
    const { records, response } = allocateProducerIds(id, epoch, on.image);
    expect(response).toMatchObject({ errorCode: ErrorCode.STALE_BROKER_EPOCH, count: 0 });
    expect(records).toEqual([]);
  }
});
