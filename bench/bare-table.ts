/**
 * The floor: a bare page with the very cells of the console's table and the console's style sheets, whose rows near the view are kept in the document by
 * thirty lines of hand-written script. What the browser needs for it no page with these cells gets below.
 */
import type { BrowserContext, Page } from '@playwright/test';

/** Made inside the console's page: its head's styles, and its table with the rows taken out, which come back as texts. */
interface Taken {
  readonly styles: string;
  readonly rootClass: string;
  readonly table: string;
  readonly rows: readonly string[];
}

async function takeFrom(page: Page): Promise<Taken> {
  return page.evaluate(() => {
    const table = document.querySelector('table');
    if (table === null) throw new Error('the page has no table');
    const rows = [...document.querySelectorAll('tbody tr:not([aria-hidden])')].map((row) => row.outerHTML);
    const copy = table.cloneNode(true) as HTMLTableElement;
    copy.tBodies[0]?.replaceChildren();
    return {
      styles: [...document.querySelectorAll('link[rel="stylesheet"], style')]
        .map((each) => each.outerHTML)
        .join(''),
      rootClass: document.documentElement.className,
      table: copy.outerHTML,
      rows,
    };
  });
}

/** Runs in the bare page. */
function virtualise({ templates, count }: { templates: readonly string[]; count: number }): void {
  const ROW_PX = 32;
  const OVERSCAN = 16;
  const body = document.querySelector('tbody');
  if (body === null) return;
  const spacer = (rows: number): HTMLTableRowElement => {
    const row = document.createElement('tr');
    row.style.height = `${String(rows * ROW_PX)}px`;
    return row;
  };
  const [above, below] = [spacer(0), spacer(count)];
  body.append(above, below);
  const top = body.getBoundingClientRect().top + scrollY;
  const shown = new Map<number, Element>();
  const maker = document.createElement('template');
  const draw = (): void => {
    const first = Math.max(0, Math.floor((scrollY - top) / ROW_PX) - OVERSCAN);
    const last = Math.min(count - 1, Math.ceil((scrollY + innerHeight - top) / ROW_PX) + OVERSCAN);
    for (const [index, row] of shown) {
      if (index >= first && index <= last) continue;
      row.remove();
      shown.delete(index);
    }
    above.style.height = `${String(first * ROW_PX)}px`;
    below.style.height = `${String((count - 1 - last) * ROW_PX)}px`;
    for (let index = last, next: Element = below; index >= first; index -= 1) {
      let row = shown.get(index);
      if (row === undefined) {
        maker.innerHTML = templates[index % templates.length] ?? '';
        row = maker.content.firstElementChild ?? document.createElement('tr');
        const name = row.querySelector('a');
        if (name !== null) name.textContent = `topic-${String(index).padStart(5, '0')}`;
        shown.set(index, row);
        next.before(row);
      }
      next = row;
    }
  };
  addEventListener('scroll', draw, { passive: true });
  draw();
}

/** `page` shows the list; the bare one is of the same size and origin. */
export async function openBareTable(context: BrowserContext, page: Page, count: number): Promise<Page> {
  const taken = await takeFrom(page);
  const bare = await context.newPage();
  await bare.route('**/bare-table', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html class="${taken.rootClass}"><head>${taken.styles}</head><body><div style="height:200px"></div>${taken.table}</body></html>`,
    }),
  );
  // What tsx calls around functions that have names.
  await bare.addInitScript('globalThis.__name = (named) => named');
  await bare.goto('/bare-table');
  await bare.evaluate(virtualise, { templates: taken.rows, count });
  return bare;
}
