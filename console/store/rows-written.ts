/**
 * How many rows of history were written in the last hour, by cluster: part of what watching costs. Kept in memory, on
 * globalThis, because Next bundles the collector and the route handlers apart from each other.
 */
const WINDOW_MS = 3_600_000;

interface Written {
  readonly atMs: number;
  readonly rows: number;
}

const registryKey = Symbol.for('aquila.rows-written');
type GlobalWithRegistry = typeof globalThis & { [registryKey]?: Map<string, Written[]> };

function registry(): Map<string, Written[]> {
  const holder = globalThis as GlobalWithRegistry;
  holder[registryKey] ??= new Map();
  return holder[registryKey];
}

export function noteRowsWritten(clusterId: string, atMs: number, rows: number): void {
  const kept = (registry().get(clusterId) ?? []).filter((each) => atMs - each.atMs < WINDOW_MS);
  registry().set(clusterId, [...kept, { atMs, rows }]);
}

/** Rows an hour over the rounds of the last hour; null while there were not two of them. */
export function rowsWrittenPerHour(clusterId: string): number | null {
  const written = registry().get(clusterId) ?? [];
  const [first, last] = [written[0], written.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  // The first round writes every line (a key round): it belongs to the time before it.
  const rows = written.reduce((sum, each) => sum + each.rows, 0) - first.rows;
  return (rows * WINDOW_MS) / (last.atMs - first.atMs);
}
