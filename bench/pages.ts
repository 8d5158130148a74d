/**
 * How long the console's server takes for its pages, how soon a browser shows them and with how much script, how it holds 10,000 topics, and
 * what one collection round costs, while the bundled brokers and the demo run.
 */
import http from 'node:http';
import { startProduct } from '../e2e/product.ts';
import type { Product } from '../e2e/product.ts';
import { launchChromium, signedInContext } from './chromium.ts';
import { figure, quantile } from './figure.ts';
import { benchManyGroupsPage } from './many-groups-page.ts';
import { benchManyTopicsPage } from './many-topics-page.ts';
import { benchPageOpening } from './page-opening.ts';
import { signIn } from './sign-in.ts';

const pages = [
  '/',
  '/brokers',
  '/topics',
  '/topics/orders',
  '/groups',
  '/groups/search-index',
  '/alerts',
  '/audit',
];
/** Who asks for a page again as soon as there is an answer, and how often all together: one alone, and as many as on a busy day. */
const askers = [
  { atOnce: 1, requests: 200 },
  { atOnce: 20, requests: 2_000 },
] as const;
const warmUps = 20;

/** Asked as browsers do, compressed and over connections that stay, and left compressed: unpacking is not the server's time. */
function ask(url: string, cookie: string, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers: { cookie, 'accept-encoding': 'gzip' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${String(response.statusCode)}`));
      response.on('error', reject).on('end', resolve).resume();
    });
    request.on('error', reject);
  });
}

/** The times until the last byte of each answer, in ms, in order. */
async function askPage(
  product: Product,
  page: string,
  cookie: string,
  { atOnce, requests }: (typeof askers)[number],
): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  const times: number[] = [];
  let asked = 0;
  const asker = async (): Promise<void> => {
    while (asked < requests) {
      asked += 1;
      const started = performance.now();
      await ask(`${product.url}${page}`, cookie, agent);
      times.push(performance.now() - started);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, asker));
  } finally {
    agent.destroy();
  }
  return times.slice(warmUps).sort((a, b) => a - b);
}

async function measurePage(product: Product, page: string, cookie: string): Promise<void> {
  const words: string[] = [];
  for (const asker of askers) {
    const times = await askPage(product, page, cookie, asker);
    words.push(
      `${String(asker.atOnce)} at once: median ${quantile(times, 0.5).toFixed(0)} ms, 95 % ${quantile(times, 0.95).toFixed(0)} ms`,
    );
  }
  figure(`page ${page}`, words.join('; '));
}

async function benchInBrowser(url: string, cookie: string): Promise<void> {
  const browser = await launchChromium();
  try {
    await benchPageOpening(browser, url, cookie, pages);
    await benchManyTopicsPage(browser, await signedInContext(browser, url, cookie));
    await benchManyGroupsPage(browser, await signedInContext(browser, url, cookie));
  } finally {
    await browser.close();
  }
}

export async function benchPages(): Promise<void> {
  const product = await startProduct();
  try {
    const cookie = await signIn(product);
    // Two rounds, so that pages have something to show.
    await new Promise((resolve) => setTimeout(resolve, 22_000));
    for (const page of pages) await measurePage(product, page, cookie);
    await benchInBrowser(product.url, cookie);
    const refresh = await fetch(`${product.url}/api/v1/clusters/local/refresh`, {
      method: 'POST',
      headers: { cookie, origin: product.url, 'content-type': 'application/json' },
      body: '{}',
    });
    figure('one collection round', JSON.stringify(await refresh.json()));
  } finally {
    await product.stop();
  }
}
