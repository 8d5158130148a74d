/** No fault at all, for a long time: the same checks must hold, acknowledgements stay quick, and memory does not grow. */
import { expect, it } from 'vitest';
import { lengthOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { residentMebibytes } from './resident-memory.ts';
import { underLoad } from './under-load.ts';

/** Ten minutes in a campaign of three or more, one minute in a smaller one. */
const MINUTES = lengthOf(60_000, 600_000) / 60_000;
/** A heap takes its size in about two minutes; of a short run the beginning is all there is. */
const WARM_UP_MS = lengthOf(30_000, 180_000);
/** About 540 records a second: what is written down of them must fit into this process's memory. */
const INTERVAL_MS = 100;
/** V8 lets the heap swing by some thirty between two full collections. */
const GROWN_MEBIBYTES = 45;

it('does its work without any fault', { timeout: 240_000 + MINUTES * 60_000 }, async () => {
  const cluster = await ClusterUnderFault.start();
  let p99Ms = Infinity;
  const report = await underLoad(cluster, { intervalMs: INTERVAL_MS }, async ({ history, pause }) => {
    await pause(WARM_UP_MS);
    const warm = history.acknowledged.length;
    const before = cluster.nodes.map(({ child }) => residentMebibytes(child?.pid));
    await pause(MINUTES * 60_000);
    const grown = cluster.nodes.map(
      ({ child }, index) => residentMebibytes(child?.pid) - (before[index] ?? 0),
    );
    for (const mebibytes of grown) expect(mebibytes).toBeLessThan(GROWN_MEBIBYTES);
    const waits = history.waits(warm);
    p99Ms = waits[Math.floor(waits.length * 0.99)] ?? Infinity;
  });
  expect(report.longestSilenceMs).toBeLessThan(5_000);
  console.log(
    `${String(report.acknowledgedRecords)} records acknowledged, 99 of 100 within ${p99Ms.toFixed(0)} ms, longest silence ${report.longestSilenceMs.toFixed(0)} ms`,
  );
});
