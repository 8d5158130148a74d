/** The campaign of copied-transactions in short: one broker and one copier of each protocol are killed, another is shut out. */
import { expect, it } from 'vitest';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { copyUnderFaults } from './copying.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { TRANSACTION_TOPICS } from './transaction-topics.ts';

it.each([1, 2] as const)(
  'what is copied in transactions of protocol %d is there once, whoever is killed',
  { timeout: 240_000 },
  async (protocol) => {
    const cluster = await ClusterUnderFault.start({ settings: [...IMPATIENT, ...TRANSACTION_TOPICS] });
    const copying = { protocol, records: 144 };
    const report = await copyUnderFaults(cluster, copying, async ({ progress, killCopier, usurp }) => {
      await progress(60, 60_000);
      await cluster.kill(1);
      await killCopier(0);
      usurp(2);
      await progress(60, 60_000);
      await cluster.start(1);
    });
    expect(report.copied).toBe(3 * copying.records);
  },
);
