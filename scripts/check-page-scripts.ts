/**
 * Fails when a page brings along more JavaScript than it may before it answers, gzipped. Read from the console as it was built: what a
 * page fetches once it is at rest or asked for something does not count, nor do its words, which are a file of their own in each language.
 *
 *   npx tsx scripts/check-page-scripts.ts [--all]     with --all what every page has
 *
 * A page that is above its limit usually has the code of something that is first wanted on a click: `components/ui/later.tsx` fetches it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** A kB is 1,000 bytes, as networks count. */
const KB = 1_000;
const OVERVIEW_KB_MAX = 235;
const PAGE_KB_MAX = 255;
const OVERVIEW = 'c/[cluster]/page';
const MANIFEST = '_client-reference-manifest.js';

const build = process.env['AQUILA_NEXT_DIST'] ?? '.next';

interface ClientManifest {
  /** By layout and page around the client's parts: the files that they begin with. */
  readonly entryJSFiles: Readonly<Record<string, readonly string[]>>;
}

/** The files of every page: Next's own and those of its layouts, error pages and parts. */
function scriptsOfPages(): Map<string, Set<string>> {
  const { rootMainFiles } = JSON.parse(readFileSync(path.join(build, 'build-manifest.json'), 'utf8')) as {
    rootMainFiles: string[];
  };
  const folder = path.join(build, 'server/app');
  const pages = new Map<string, Set<string>>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith(`page${MANIFEST}`)) continue;
    const text = readFileSync(path.join(folder, name), 'utf8');
    const manifest = JSON.parse(
      text.slice(text.lastIndexOf('] = {') + 4).replace(/;\s*$/, ''),
    ) as ClientManifest;
    const files = Object.values(manifest.entryJSFiles).flat();
    const inBuild = files.map((file) => file.replace(/^\/?_next\//, ''));
    pages.set(name.slice(0, -MANIFEST.length), new Set([...rootMainFiles, ...inBuild]));
  }
  return pages;
}

const sizes = new Map<string, number>();
function gzippedBytes(file: string): number {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const size = gzipSync(readFileSync(path.join(build, file))).length;
  sizes.set(file, size);
  return size;
}

/** What compiles messages is not in the build (next.config.js): one that is as it was written would be shown so. */
function refuseRawMessages(): void {
  const chunks = path.join(build, 'static/chunks');
  const raw = readdirSync(chunks).filter(
    (name) =>
      name.endsWith('.js') &&
      /\{\w+, (?:plural|select|number)[,}]/.test(readFileSync(path.join(chunks, name), 'utf8')),
  );
  if (raw.length > 0)
    throw new Error(`messages that were not compiled are in ${raw.join(', ')} of ${chunks}`);
}

refuseRawMessages();
const pages = scriptsOfPages();
if (!pages.has(OVERVIEW))
  throw new Error(`${build} has no ${OVERVIEW}: the console is built by scripts/prepare.mjs`);
for (const [page, files] of pages) {
  const kb = [...files].reduce((sum, file) => sum + gzippedBytes(file), 0) / KB;
  const most = page === OVERVIEW ? OVERVIEW_KB_MAX : PAGE_KB_MAX;
  const line = `${page}: ${kb.toFixed(0)} kB of JavaScript in ${files.size} files before it answers`;
  if (kb > most) {
    console.error(`${line}, at most ${most} kB`);
    process.exitCode = 1;
  } else if (process.argv.includes('--all')) console.log(line);
}
