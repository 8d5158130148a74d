/**
 * The console is killed under open pages. The supervisor starts it again; until then, and for as long after, every request of the pages is
 * counted: a page that asks without a pause would be a storm of all pages of a company at the moment when the console can bear it least.
 */
import type { Product } from '../product.ts';
import { rateVerdict, requestsPerSecondMax, streamsPerSecondMax } from './bounds.ts';
import type { Verdict } from './bounds.ts';
import type { SentRequest, Tab } from './tabs.ts';
import { pidOfConsole } from './watch.ts';

const backWithinMs = 60_000;
const watchedAfterMs = 30_000;

async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Answers as it does to its supervisor. */
async function serves(product: Product): Promise<boolean> {
  try {
    return (await fetch(`${product.url}/api/v1/health`)).ok;
  } catch {
    return false;
  }
}

function findsBack(tab: Tab, killedAtMs: number): Verdict {
  const atMs = tab.streamsOpenedAtMs.find((each) => each > killedAtMs);
  return {
    name: `${tab.path} finds back`,
    isKept: atMs !== undefined,
    said: atMs === undefined ? 'no' : `after ${((atMs - killedAtMs) / 1_000).toFixed(1)} s`,
  };
}

export async function killConsole(product: Product, tabs: readonly Tab[]): Promise<Verdict[]> {
  const before = pidOfConsole(product);
  const killedAtMs = performance.now();
  process.kill(before, 'SIGKILL');
  const isBack = await until(async () => {
    const running = product.processes().find(({ name }) => name === 'console');
    return running?.pid !== before && (await serves(product));
  }, backWithinMs);
  const backAtMs = performance.now();
  if (isBack) await new Promise((resolve) => setTimeout(resolve, watchedAfterMs));
  const seconds = (performance.now() - killedAtMs) / 1_000;
  const count = (tab: Tab, which: (request: SentRequest) => boolean) =>
    tab.sent.filter((request) => request.atMs >= killedAtMs && which(request)).length;
  return [
    {
      name: 'the console comes back',
      isKept: isBack,
      said: `${((backAtMs - killedAtMs) / 1_000).toFixed(1)} s after it was killed`,
    },
    ...tabs.flatMap((tab) => [
      findsBack(tab, killedAtMs),
      rateVerdict(
        `streams asked for by ${tab.path}`,
        count(tab, ({ isStream }) => isStream),
        seconds,
        streamsPerSecondMax,
      ),
      rateVerdict(
        `requests of ${tab.path}`,
        count(tab, () => true),
        seconds,
        requestsPerSecondMax,
      ),
    ]),
  ];
}
