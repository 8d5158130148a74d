/** No fault at all, for a long time: the same checks must hold, acknowledgements stay quick, and memory does not grow. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { underLoad } from './under-load.ts';

/** Ten minutes in a campaign of three or more, one minute in a smaller one. */
const MINUTES = timesOf(1) >= 3 ? 10 : 1;
const WARM_UP_MS = 30_000;

function residentMebibytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
}

it('does its work without any fault', { timeout: 240_000 + MINUTES * 60_000 }, async () => {
  const cluster = await ClusterUnderFault.start();
  const report = await underLoad(cluster, {}, async ({ pause }) => {
    await pause(WARM_UP_MS);
    const before = cluster.nodes.map(({ child }) => residentMebibytes(child?.pid));
    await pause(MINUTES * 60_000);
    const grown = cluster.nodes.map(
      ({ child }, index) => residentMebibytes(child?.pid) - (before[index] ?? 0),
    );
    for (const mebibytes of grown) expect(mebibytes).toBeLessThan(40 + MINUTES);
  });
  expect(report.longestSilenceMs).toBeLessThan(5_000);
  console.log(
    `${String(report.acknowledgedRecords)} records acknowledged, longest silence ${report.longestSilenceMs.toFixed(0)} ms`,
  );
});
