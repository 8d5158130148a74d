/** Charts redraw when an answer changed, and not when the same was answered again; those out of view are asked less often, not never. */
import { describe, expect, it } from 'vitest';
import { QueriesObserver, QueryClient, type QueryObserverResult } from '@tanstack/react-query';
import type { History } from '../../console/contracts/history.ts';
import { answeredTo, isAsked, together, type Histories } from './use-history.ts';

const history = (value: number): History => ({
  cluster: 'local',
  name: 'group.lagSeconds',
  series: [{ labels: { group: 'billing' }, points: [[1_000, value]] }],
  total: 1,
  resolutionSeconds: 10,
  from: 0,
  to: 60_000,
});

const first: readonly unknown[] = ['first'];
const second: readonly unknown[] = ['second'];
const combine = (answers: QueryObserverResult[]): Histories =>
  together(answers as QueryObserverResult<History>[]);

function observed(client: QueryClient) {
  const queries = [first, second].map((queryKey) => ({ queryKey, enabled: false }));
  const observer = new QueriesObserver<Histories>(client, queries, { combine });
  const stop = observer.subscribe(() => undefined);
  const now = () => {
    const defaulted = queries.map((query) => client.defaultQueryOptions(query));
    const [, combined, tracked] = observer.getOptimisticResult(defaulted, combine);
    return combined(tracked());
  };
  return { now, stop };
}

it('keeps the answers while none changed, and those that did not change when one did', () => {
  const client = new QueryClient();
  const { now, stop } = observed(client);
  expect(now()).toMatchObject({ histories: [undefined, undefined], waiting: true, failed: false });
  client.setQueryData(first, history(1));
  client.setQueryData(second, history(2));
  const before = now();
  expect(before).toMatchObject({ histories: [history(1), history(2)], waiting: false });

  client.setQueryData(first, history(1));
  expect(now().histories).toBe(before.histories);

  client.setQueryData(second, history(3));
  const after = now();
  expect(after.histories).not.toBe(before.histories);
  expect(after.histories[0]).toBe(before.histories[0]);
  expect(after.histories[1]).toEqual(history(3));
  stop();
  client.clear();
});

describe('whose turn it is', () => {
  const answer = { data: history(1), dataUpdatedAt: 1_000 };
  const near = { isNear: true, isFarTurn: false };
  const far = { isNear: false, isFarTurn: true };

  it('asks what is in view, and what is not only when those in view had their turn', () => {
    expect(isAsked(near, answer, 60_000, 1_001)).toBe(true);
    expect(
      isAsked({ isNear: false, isFarTurn: false }, { data: undefined, dataUpdatedAt: 0 }, 60_000, 1_001),
    ).toBe(false);
    expect(isAsked(far, { data: undefined, dataUpdatedAt: 0 }, 60_000, 1_001)).toBe(true);
  });

  it('asks what is out of view again when its answer is old, unless the screen is held', () => {
    expect(isAsked(far, answer, 60_000, 60_999)).toBe(false);
    expect(isAsked(far, answer, 60_000, 61_000)).toBe(true);
    expect(isAsked(far, answer, null, 1_000_000)).toBe(false);
  });

  it('knows nothing beyond what the oldest answer was asked up to', () => {
    expect(answeredTo([history(1), { ...history(2), to: 50_000 }], 70_000)).toBe(50_000);
    expect(answeredTo([history(1), undefined], 59_000)).toBe(59_000);
    expect(answeredTo([undefined], 70_000)).toBe(70_000);
  });
});
