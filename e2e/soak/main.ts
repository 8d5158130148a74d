/**
 * The whole product for an hour, with pages left open: does anything grow that nobody needs, and what happens to the pages when the console
 * dies and comes back? Prints what it measures while it goes and a verdict for each bound at the end; fails when one is broken.
 *
 * A quarter of the time is warm-up: windows of charts and caches fill. Then memory after a collection, descriptors and the database are
 * compared with what they are at the end. At last the console is killed: every page has to find back, and none may ask like mad.
 */
import { findChromium } from '../../scripts/testing/chromium.mjs';
import { startProduct } from '../product.ts';
import { readMinutes } from './options.ts';
import { openTabs } from './tabs.ts';
import type { OpenTabs } from './tabs.ts';
import { Watch } from './watch.ts';
import { killConsole } from './comeback.ts';
import type { Verdict } from './bounds.ts';

const samplesMax = 30;
const sampleEveryMsMin = 10_000;

async function passed(watch: Watch, minutes: number): Promise<void> {
  const endAtMs = performance.now() + minutes * 60_000;
  const everyMs = Math.max(sampleEveryMsMin, (minutes * 60_000) / samplesMax);
  for (;;) {
    await watch.sample();
    const leftMs = endAtMs - performance.now();
    if (leftMs <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(everyMs, leftMs)));
  }
}

function show(verdicts: readonly Verdict[]): void {
  console.log('');
  for (const { name, isKept, said } of verdicts) console.log(`${isKept ? '✓' : '✗'} ${name}: ${said}`);
  const broken = verdicts.filter(({ isKept }) => !isKept).length;
  console.log(`\n${String(verdicts.length - broken)} kept, ${String(broken)} broken`);
}

const minutes = readMinutes(process.argv.slice(2));
const product = await startProduct({
  // Where each process would open an inspector if it were asked to: on a free port. Nobody signs in again within the hour.
  environment: { NODE_OPTIONS: '--inspect-port=0', AQUILA_SESSION_IDLE_MINUTES: '720' },
});
let open: OpenTabs | null = null;
const end = async (): Promise<void> => {
  await open?.close();
  await product.stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().finally(() => process.exit(130)));
try {
  open = await openTabs(product.url, await findChromium());
  console.log(`${String(open.tabs.length)} pages open on ${product.url}, ${String(minutes)} minutes\n`);
  const watch = await Watch.start(product, open.tabs);
  await passed(watch, minutes / 4);
  watch.warm();
  await passed(watch, (minutes * 3) / 4);
  const verdicts = [...(await watch.verdicts()), ...(await killConsole(product, open.tabs))];
  show(verdicts);
  process.exitCode = verdicts.every(({ isKept }) => isKept) ? 0 : 1;
} finally {
  await end();
}
