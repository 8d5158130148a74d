/** After offsets were moved the form waits for its group, and for nothing else that is read again. */
import { expect, it } from 'vitest';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { queryKeys } from '../../console/contracts/query-keys.ts';
import { readGroupAgain } from './use-groups.ts';

it('waits for the group alone, while all of the cluster is read again', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  const reads: string[] = [];
  let answerChart = (): void => undefined;
  const watch = (name: string, queryKey: readonly unknown[], queryFn: () => Promise<string>) =>
    new QueryObserver(client, {
      queryKey,
      queryFn: () => {
        reads.push(name);
        return queryFn();
      },
      initialData: 'before',
    }).subscribe(() => undefined);
  const chart = () => new Promise<string>((resolve) => (answerChart = () => resolve('after')));
  const stops = [
    watch('group', queryKeys.group('local', 'billing'), () => Promise.resolve('after')),
    watch('other group', queryKeys.group('local', 'other'), () => Promise.resolve('after')),
    watch('chart', queryKeys.history('local', { group: 'billing' }), chart),
    watch('elsewhere', queryKeys.group('kafka', 'billing'), () => Promise.resolve('after')),
  ];
  await readGroupAgain(client, 'local', 'billing');
  expect(client.getQueryData(queryKeys.group('local', 'billing'))).toBe('after');
  expect(client.getQueryData(queryKeys.history('local', { group: 'billing' }))).toBe('before');
  expect(reads.toSorted()).toEqual(['chart', 'group', 'other group']);
  answerChart();
  for (const stop of stops) stop();
  client.clear();
});
