/** Brokers and copiers are killed again and again while a topic is copied in transactions: in equals out (KIP-98, KIP-890). */
import { expect, it } from 'vitest';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { COPIERS, copyUnderFaults } from './copying.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { TRANSACTION_TOPICS } from './transaction-topics.ts';

const ROUNDS = timesOf(3);
const ROUND_LIMIT_MS = 90_000;
const RECORDS_PER_ROUND = 300;

it.each([1, 2] as const)(
  'a copy in transactions of protocol %d is whole, whoever is killed',
  { timeout: 240_000 + ROUNDS * ROUND_LIMIT_MS },
  async (protocol) => {
    const cluster = await ClusterUnderFault.start({ settings: [...IMPATIENT, ...TRANSACTION_TOPICS] });
    const copying = { protocol, records: 300 + ROUNDS * RECORDS_PER_ROUND, limitMs: 240_000 };
    const report = await copyUnderFaults(cluster, copying, async ({ progress, killCopier, usurp }) => {
      for (let round = 0; round < ROUNDS; round++) {
        await progress(100, 60_000);
        const victim = round % 3;
        await cluster.kill(victim);
        await killCopier((round + 1) % 3);
        usurp((round + 2) % 3);
        await progress(60, 60_000);
        await cluster.start(victim);
        if (round % 3 !== 2) continue;
        // All at once: what was decided is found in the logs.
        await Promise.all(cluster.nodes.map(({ id }) => cluster.kill(id)));
        await Promise.all(COPIERS.map((partition) => killCopier(partition)));
        await Promise.all(cluster.nodes.map(({ id }) => cluster.start(id)));
      }
    });
    expect(report.copied).toBe(3 * copying.records);
    expect(report.restarts).toBeGreaterThan(ROUNDS);
  },
);
