/**
 * Writes families of metrics as Prometheus text (exposition format 0.0.4) in slices. A large cluster has hundreds of
 * thousands of lines: after each slice of a few milliseconds the event loop goes on with its other work.
 *
 * Invariants: the lines of a family stand together; a value that is not known has no line; a family without a line has no
 * head. Series per partition are whole or absent: a part of them would make every sum over them wrong, so above the limit
 * they are left out for that cluster, and a comment says so.
 */
import type { ClusterView } from './cluster-view.ts';

/** The finished text between the braces, and the value. */
export type Sample = readonly [labels: string, value: number | null | undefined];

export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** What there is one series of, where that is a partition of a topic, or of a topic that a group reads. */
  readonly per?: 'partition' | 'group-partition';
  readonly samples: (view: ClusterView) => Iterable<Sample>;
}

/** Families of the console itself, which belong to no cluster. */
export interface ProcessFamily extends Omit<Family, 'samples' | 'per'> {
  readonly samples: () => Iterable<Sample>;
}

/** Well below the 50 ms that nothing may block for. */
const SLICE_MS = 8;
const CLOCK_EVERY = 64;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
const toEscape = /[\\"\n]/g;

/** `name="value",...` with what a label's value may not hold escaped. A label that is null is left out. */
export function labelText(labels: Readonly<Record<string, string | number | null>>): string {
  let text = '';
  for (const [name, value] of Object.entries(labels)) {
    if (value === null) continue;
    const plain = String(value).replace(toEscape, (character) => escapes[character] ?? character);
    text += `${text === '' ? '' : ','}${name}="${plain}"`;
  }
  return text;
}

export interface ExpositionOptions {
  /** A cluster with more partitions than this has no series per partition; likewise for those that groups read. */
  readonly partitionLimit: number;
  readonly nowMs: () => number;
  /** Resolves when the event loop has done what else there was. */
  readonly breathe: () => Promise<void>;
}

/** Chunks of text, each made within a slice. */
export async function* writeExposition(
  families: readonly Family[],
  processFamilies: readonly ProcessFamily[],
  views: readonly ClusterView[],
  options: ExpositionOptions,
): AsyncGenerator<string, void> {
  let [chunk, sliceStart, count] = ['', options.nowMs(), 0];
  for (const line of linesOf(families, processFamilies, views, options.partitionLimit)) {
    chunk += line;
    if (++count % CLOCK_EVERY !== 0 || options.nowMs() - sliceStart < SLICE_MS) continue;
    if (chunk !== '') yield chunk;
    await options.breathe();
    [chunk, sliceStart] = ['', options.nowMs()];
  }
  if (chunk !== '') yield chunk;
}

/** One step for each sample, so that whoever writes can stop anywhere; '' for one that has no line. */
function* linesOf(
  families: readonly Family[],
  processFamilies: readonly ProcessFamily[],
  views: readonly ClusterView[],
  partitionLimit: number,
): Generator<string> {
  for (const family of families) yield* familyLines(family, samplesOfClusters(family, views, partitionLimit));
  for (const family of processFamilies) yield* familyLines(family, family.samples());
}

function* familyLines(
  { name, type, help }: Pick<Family, 'name' | 'type' | 'help'>,
  samples: Iterable<Sample | string>,
): Generator<string> {
  let head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  for (const sample of samples) {
    if (typeof sample === 'string') {
      yield `# ${name}: ${sample}\n`;
      continue;
    }
    const [labels, value] = sample;
    if (value === null || value === undefined || !Number.isFinite(value)) {
      yield '';
      continue;
    }
    yield `${head}${name}${labels === '' ? '' : `{${labels}}`} ${String(value)}\n`;
    head = '';
  }
}

function* samplesOfClusters(
  family: Family,
  views: readonly ClusterView[],
  limit: number,
): Generator<Sample | string> {
  // Comments first: between the lines of a family there must be none that a strict reader takes for its end.
  for (const view of views) {
    const count = partitionsOf(family, view);
    if (count > limit) {
      yield `cluster ${JSON.stringify(view.id)} has ${String(count)} of these, more than AQUILA_METRICS_PARTITIONS=${String(limit)}: left out, the sums by topic and group are whole`;
    }
  }
  for (const view of views) if (partitionsOf(family, view) <= limit) yield* family.samples(view);
}

function partitionsOf({ per }: Family, view: ClusterView): number {
  if (per === undefined) return 0;
  return per === 'partition' ? view.partitionCount : view.groupPartitionCount;
}
