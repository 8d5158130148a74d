/** Charts redraw when an answer changed, and not when the same was answered again. */
import { expect, it } from 'vitest';
import { QueriesObserver, QueryClient, type QueryObserverResult } from '@tanstack/react-query';
import type { History } from '../../console/contracts/history.ts';
import { together, type Histories } from './use-history.ts';

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
