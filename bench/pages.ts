/**
 * How long the console's server takes for its pages, how soon a browser shows them and with how much script, how it holds 10,000 topics, and
 * what one collection round costs, while the bundled brokers and the demo run.
 */
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
const requestsPerPage = 40;

async function measurePage(product: Product, page: string, cookie: string): Promise<void> {
  const times: number[] = [];
  let status = 0;
  for (let count = 0; count < requestsPerPage; count += 1) {
    const started = performance.now();
    const response = await fetch(`${product.url}${page}`, { headers: { cookie }, redirect: 'manual' });
    await response.text();
    status = response.status;
    times.push(performance.now() - started);
  }
  const sorted = times.slice(1).sort((a, b) => a - b);
  figure(
    `page ${page} (status ${status})`,
    `median ${quantile(sorted, 0.5).toFixed(0)} ms, 95 % ${quantile(sorted, 0.95).toFixed(0)} ms`,
  );
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
