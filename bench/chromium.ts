/** The browser of the benchmarks: the one in CHROMIUM, else Debian's, else Playwright's own; and somebody in it who is signed in. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext } from '@playwright/test';

const debian = '/usr/bin/chromium';

export async function launchChromium(): Promise<Browser> {
  const named = process.env['CHROMIUM'];
  const program = named !== undefined && named !== '' ? named : existsSync(debian) ? debian : undefined;
  return chromium.launch({
    ...(program === undefined ? {} : { executablePath: program }),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/** A browser that has not been here yet, of the size that pages are drawn for, with the `cookie` of somebody who signed in at `url`. */
export async function signedInContext(
  browser: Browser,
  url: string,
  cookie: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  await context.addCookies(
    cookie.split('; ').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [] : [{ name: pair.slice(0, at), value: pair.slice(at + 1), url }];
    }),
  );
  return context;
}
