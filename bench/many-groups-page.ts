/**
 * The list of 2,000 groups in a browser, each with the lag of its last hour: what the page's main thread does while it opens, while one scrolls, and
 * while rounds come in. The page is the real one; the lists and the past that it asks its server for are made up.
 */
import type { Browser, BrowserContext, Page, Route } from '@playwright/test';
import type { Group } from '../console/contracts/groups.ts';
import { figure } from './figure.ts';
import { answerHistory } from './made-up-history.ts';
import { taskWords, tasksOf, traced } from './main-thread.ts';
import { scrollingWords, scrollThrough, ways, wayWords } from './scrolling.ts';

const GROUPS = 2_000;
const WATCHED_MS = 25_000;
/** Longer than the list of trends waits for a scrolling to rest. */
const SETTLED_MS = 1_000;
const HIGHEST = 40;

const nameOf = (index: number): string => `group-${String(index).padStart(4, '0')}`;

/** What a tenth of them has moves from round to round. */
function groupAt(index: number, round: number): Group {
  const moved = index % 10 === 0 ? round : 0;
  const isBehind = index % 20 === 0;
  return {
    ...{ id: nameOf(index), type: 'classic', state: 'Stable', members: 1 + (index % 5) },
    topics: [`topic-${String(index % 300)}`, `topic-${String((index * 7) % 300)}`],
    totalLag: isBehind ? ((index * 7_919) % 100_003) + moved : moved,
    lagSeconds: isBehind ? 90 + moved : 0,
    lagSecondsAtLeast: false,
    status: isBehind ? 'slow' : 'ok',
    reason: isBehind ? 'The lag has grown over the last ten minutes.' : null,
    catchUpSeconds: null,
    asOf: new Date().toISOString(),
  };
}

async function answerGroups(route: Route, round: number): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 100)];
  const end = Math.min(GROUPS, from + limit);
  const items = Array.from({ length: end - from }, (_, index) => groupAt(from + index, round));
  const nextCursor = end < GROUPS ? String(end) : null;
  const asOf = new Date().toISOString();
  await route.fulfill({ json: { items, total: GROUPS, asOf, stale: false, nextCursor } });
}

/** Each whole list is another round's; the past is that of the groups that are named, else of the highest. */
async function answerPage(page: Page): Promise<void> {
  let round = 0;
  await page.route(/\/api\/v1\/clusters\/[^/]+\/groups\?/, (route) => {
    if (!route.request().url().includes('cursor=')) round += 1;
    return answerGroups(route, round);
  });
  await page.route(/\/api\/v1\/clusters\/[^/]+\/history\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const named = query.get('groups');
    const one = query.get('group');
    const names =
      named !== null
        ? (JSON.parse(named) as string[])
        : one !== null
          ? [one]
          : Array.from({ length: HIGHEST }, (_, index) => nameOf(index));
    return answerHistory(
      route,
      names.map((group) => ({ group })),
    );
  });
}

/** `context`: somebody's who is signed in. */
export async function benchManyGroupsPage(browser: Browser, context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await answerPage(page);
  const measure = async (what: string, work: () => Promise<void>): Promise<void> => {
    figure(what, taskWords(tasksOf(await traced(browser, page, work))));
  };
  await measure(`${String(GROUPS)} groups open`, async () => {
    await page.goto('/groups');
    await page.getByText('2,000 rows', { exact: true }).waitFor({ timeout: 120_000 });
    await page.waitForTimeout(SETTLED_MS);
  });
  for (const way of ways) {
    figure(
      `${String(GROUPS)} groups, ${wayWords[way]}`,
      scrollingWords(await scrollThrough(browser, page, way)),
    );
    await page.waitForTimeout(SETTLED_MS);
  }
  await measure(`  ${String(WATCHED_MS / 1_000)} s of rounds`, () => page.waitForTimeout(WATCHED_MS));
  await page.close();
}
