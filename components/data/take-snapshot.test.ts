import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { Overview } from '../../console/contracts/overview';
import { queryKeys } from '../../console/contracts/query-keys';
import { takeSnapshot } from './take-snapshot';

const overviewOf = (asOf: string): Overview =>
  ({
    asOf,
    stale: false,
    status: 'ok',
    top: { lag: [{ name: 'search-index', value: 3 }] },
  }) as unknown as Overview;

const first = '2026-01-01T00:00:00.000Z';
const second = '2026-01-01T00:00:10.000Z';
const rows = (count: number) => ({ items: Array.from({ length: count }, (_, index) => index) });

const topics = ['cluster', 'local', 'topics'];
const longList = ['cluster', 'local', 'groups'];
const oldLongList = ['cluster', 'local', 'partitions'];
const history = ['cluster', 'local', 'history', 'cluster.totalLag'];
const elsewhere = ['cluster', 'other', 'topics'];
const alerts = ['alerts', 'incidents'];
const account = ['account'];
const all = { topics, longList, oldLongList, history, elsewhere, alerts, account };

/** A cache as a page brings it along with the first round. */
function cached(): QueryClient {
  const client = new QueryClient();
  client.setQueryData(queryKeys.overview('local'), overviewOf(first));
  for (const key of [topics, history, elsewhere, alerts, account]) client.setQueryData(key, rows(2));
  client.setQueryData(longList, rows(2_001));
  client.setQueryData(oldLongList, rows(2_001), { updatedAt: Date.now() - 31_000 });
  return client;
}

const askedAgain = (client: QueryClient): string[] =>
  Object.entries(all)
    .filter(([, key]) => client.getQueryState(key)?.isInvalidated === true)
    .map(([name]) => name);

test('with a new round all of its cluster and the alerts are asked again, long lists twice a minute', () => {
  const client = cached();
  takeSnapshot(client, 'local', overviewOf(second));
  expect(askedAgain(client)).toEqual(['topics', 'oldLongList', 'alerts']);
  expect(client.getQueryData(queryKeys.overview('local'))).toEqual(overviewOf(second));
});

test('nothing is asked again for the round that the page came with', () => {
  const client = cached();
  takeSnapshot(client, 'local', overviewOf(first));
  expect(askedAgain(client)).toEqual([]);
});

test('a round that is told otherwise, as by a cluster that is gone meanwhile, is another one', () => {
  const client = cached();
  takeSnapshot(client, 'local', { ...overviewOf(first), stale: true });
  expect(askedAgain(client)).toEqual(['topics', 'oldLongList', 'alerts']);
});

test('without an overview everything is asked again', () => {
  const client = cached();
  client.removeQueries({ queryKey: queryKeys.overview('local') });
  takeSnapshot(client, 'local', overviewOf(first));
  expect(askedAgain(client)).toEqual(['topics', 'oldLongList', 'alerts']);
});
