/**
 * What is measured while the product runs: memory of the console and of each page after a collection, descriptors of the console, size of
 * the database. A line of figures for each time; the verdicts compare the end of the warm-up with the end.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { costSchema } from '../../console/contracts/collection.ts';
import type { Product } from '../product.ts';
import {
  countVerdict,
  descriptorsMoreMax,
  heapVerdict,
  mebibytes,
  rowBytesMax,
  sizeVerdict,
  databaseSpareBytes,
} from './bounds.ts';
import type { Verdict } from './bounds.ts';
import { heapUse, openInspector } from './inspector.ts';
import type { Tab, TabUse } from './tabs.ts';

interface Sample {
  readonly atMs: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Null where the system does not tell it. */
  readonly descriptors: number | null;
  readonly databaseBytes: number;
  readonly tabs: readonly TabUse[];
}

function descriptorsOf(pid: number): number | null {
  try {
    return readdirSync(`/proc/${String(pid)}/fd`).length;
  } catch {
    return null;
  }
}

/** With what is not in the file yet. */
function databaseBytes(data: string): number {
  return ['aquila.db', 'aquila.db-wal']
    .map((name) => statSync(path.join(data, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

function lowestOf(samples: readonly Sample[]): Sample {
  const latest = samples.at(-1);
  if (latest === undefined) throw new Error('nothing was measured; give it more minutes');
  const lowest = (figure: (sample: Sample) => number): number => Math.min(...samples.map(figure));
  return {
    ...latest,
    heapBytes: lowest(({ heapBytes }) => heapBytes),
    descriptors: latest.descriptors === null ? null : lowest(({ descriptors }) => descriptors ?? Infinity),
    tabs: latest.tabs.map((tab, index) => ({
      ...tab,
      heapBytes: lowest(({ tabs }) => tabs[index]?.heapBytes ?? Infinity),
    })),
  };
}

export function pidOfConsole(product: Product): number {
  const pid = product.processes().find(({ name }) => name === 'console')?.pid ?? null;
  if (pid === null) throw new Error('the console does not run');
  return pid;
}

export class Watch {
  readonly #product: Product;
  readonly #tabs: readonly Tab[];
  readonly #pid: number;
  readonly #inspector: string;
  readonly #startedAtMs = performance.now();
  readonly #samples: Sample[] = [];
  #warmAtMs = 0;

  private constructor(product: Product, tabs: readonly Tab[], pid: number, inspector: string) {
    this.#product = product;
    this.#tabs = tabs;
    this.#pid = pid;
    this.#inspector = inspector;
  }

  static async start(product: Product, tabs: readonly Tab[]): Promise<Watch> {
    const pid = pidOfConsole(product);
    const inspector = await openInspector(pid, path.join(product.data, 'logs', 'console.log'));
    console.log('  minute   console heap   resident   descriptors   database   pages');
    return new Watch(product, tabs, pid, inspector);
  }

  async sample(): Promise<void> {
    const { heapBytes, bufferBytes, residentBytes } = await heapUse(this.#inspector);
    const tabs = await Promise.all(this.#tabs.map((tab) => tab.use()));
    const sample = {
      ...{
        atMs: performance.now() - this.#startedAtMs,
        heapBytes: heapBytes + bufferBytes,
        residentBytes,
        tabs,
      },
      descriptors: descriptorsOf(this.#pid),
      databaseBytes: databaseBytes(this.#product.data),
    };
    this.#samples.push(sample);
    const columns = [
      (sample.atMs / 60_000).toFixed(1).padStart(8),
      mebibytes(sample.heapBytes).padStart(14),
      mebibytes(residentBytes).padStart(10),
      String(sample.descriptors ?? '-').padStart(13),
      mebibytes(sample.databaseBytes).padStart(10),
      `  ${tabs.map((tab) => mebibytes(tab.heapBytes)).join(', ')}`,
    ];
    console.log(columns.join(' '));
  }

  /** From here on nothing may grow any more. */
  warm(): void {
    this.#warmAtMs = this.#samples.at(-1)?.atMs ?? 0;
  }

  /**
   * The lowest of each figure in the second half of the warm-up, when windows of charts have filled, and in as much time at the end: a collection
   * does not get everything at once, and what came just before it is not what is kept.
   */
  #ends(): [Sample, Sample] {
    const endMs = this.#samples.at(-1)?.atMs ?? 0;
    const halfMs = this.#warmAtMs / 2;
    const warm = this.#samples.filter(({ atMs }) => atMs >= halfMs && atMs <= this.#warmAtMs);
    const last = this.#samples.filter(({ atMs }) => atMs >= Math.max(endMs - halfMs, this.#warmAtMs));
    return [lowestOf(warm), lowestOf(last)];
  }

  async verdicts(): Promise<Verdict[]> {
    const [warm, last] = this.#ends();
    const pages = this.#tabs.flatMap((tab, index): Verdict[] => {
      const [before, after] = [warm.tabs[index], last.tabs[index]];
      if (before === undefined || after === undefined) return [];
      const errors = {
        name: `errors of ${tab.path}`,
        isKept: tab.errors.length === 0,
        said: tab.errors.join('; ') || 'none',
      };
      return [heapVerdict(tab.path, before.heapBytes, after.heapBytes), errors];
    });
    const descriptors =
      warm.descriptors === null || last.descriptors === null
        ? []
        : [
            countVerdict(
              'descriptors of the console',
              warm.descriptors,
              last.descriptors,
              descriptorsMoreMax,
            ),
          ];
    return [
      heapVerdict('the console', warm.heapBytes, last.heapBytes),
      ...descriptors,
      await this.#databaseVerdict(warm, last),
      ...pages,
    ];
  }

  /** Against the rows of history that the console says it wrote. */
  async #databaseVerdict(warm: Sample, last: Sample): Promise<Verdict> {
    const { page } = this.#tabs[0] ?? {};
    const answer = await page?.request.get('/api/v1/clusters/local/cost');
    const { historyRowsPerHour } = costSchema.parse(await answer?.json());
    const rows = ((historyRowsPerHour ?? 0) * (last.atMs - warm.atMs)) / 3_600_000;
    return sizeVerdict(
      `growth of the database (${rows.toFixed(0)} rows of history)`,
      last.databaseBytes - warm.databaseBytes,
      rows * rowBytesMax + databaseSpareBytes,
    );
  }
}
