/** Who writes to a topic is asked for seldom, but while a transaction is being decided so often that nobody reads for long that it is open. */
import { expect, it } from 'vitest';
import { QueryClient } from '@tanstack/react-query';
import type { OpenTransaction, TopicProducers } from '../../console/contracts/topic-producers.ts';
import { topicProducersOptions } from './use-topics.ts';

const transaction = (state: string): OpenTransaction => ({
  ...{ transactionalId: `t-${state}`, state, producerId: 1, producerEpoch: 0, startedAt: null },
  ...{ timeoutMs: 60_000, coordinator: 0, partitions: [0] },
});

/** How long after this answer, or none, it is asked again. */
function againMs(states: readonly string[] | null): unknown {
  const client = new QueryClient();
  const options = topicProducersOptions('local', 'transfers');
  const query = client.getQueryCache().build(client, client.defaultQueryOptions(options));
  if (states !== null) {
    const nothing = { items: [], unknown: [] };
    const told: TopicProducers = {
      ...{ asOf: '2026-01-01T00:00:00.000Z', producers: nothing },
      transactions: { items: states.map(transaction), unknown: [] },
    };
    client.setQueryData(options.queryKey, told);
  }
  const { refetchInterval } = options;
  if (typeof refetchInterval !== 'function') throw new Error('the time depends on the answer');
  return refetchInterval(query);
}

it.each([
  [null, 30_000],
  [[], 30_000],
  [['Ongoing'], 30_000],
  [['PrepareCommit'], 2_000],
  [['PrepareAbort'], 2_000],
  [['Ongoing', 'Ongoing', 'PrepareCommit'], 2_000],
])('after %j it is asked again in %i ms', (states, ms) => {
  expect(againMs(states)).toBe(ms);
});
