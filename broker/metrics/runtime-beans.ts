/** Garbage collections, threads and bytes of disks, as Java platforms and Kafka on Linux tell them; what a system does not tell is left out. */
import { readFileSync } from 'node:fs';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import type { BrokerMetrics } from './broker-metrics.ts';

interface Collections {
  count: number;
  milliseconds: number;
}

/** V8's kinds; collections of a whole process, so they are watched once whoever asks. */
const collections: Readonly<Record<'Scavenge' | 'MarkSweepCompact', Collections>> = {
  Scavenge: { count: 0, milliseconds: 0 },
  MarkSweepCompact: { count: 0, milliseconds: 0 },
};
let watching: PerformanceObserver | null = null;

function watchCollections(): void {
  if (watching !== null) return;
  watching = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { duration, detail } = entry as typeof entry & { readonly detail?: { readonly kind?: number } };
      const kind = detail?.kind;
      const counted =
        kind === constants.NODE_PERFORMANCE_GC_MINOR
          ? collections.Scavenge
          : kind === constants.NODE_PERFORMANCE_GC_MAJOR
            ? collections.MarkSweepCompact
            : null;
      if (counted === null) continue;
      counted.count += 1;
      counted.milliseconds += duration;
    }
  });
  watching.observe({ entryTypes: ['gc'] });
}

/** `name` followed by a colon and a number in a file of /proc; null where there is none. */
function numberIn(file: string, name: string): number | null {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(file, 'utf8'));
    return found === null ? null : Number(found[1]);
  } catch {
    return null; // not on Linux
  }
}

export function registerRuntimeBeans(metrics: BrokerMetrics): void {
  watchCollections();
  for (const [name, counted] of Object.entries(collections)) {
    metrics.bean(`java.lang:type=GarbageCollector,name=${name}`, () => ({
      CollectionCount: counted.count,
      CollectionTime: Math.round(counted.milliseconds),
      Name: name,
      Valid: true,
    }));
  }
  const status = '/proc/self/status';
  if (numberIn(status, 'Threads') !== null)
    metrics.bean('java.lang:type=Threading', () => ({ ThreadCount: numberIn(status, 'Threads') }));
  for (const [name, key] of [
    ['linux-disk-read-bytes', 'read_bytes'],
    ['linux-disk-write-bytes', 'write_bytes'],
  ] as const) {
    if (numberIn('/proc/self/io', key) !== null)
      metrics.gauge(`kafka.server:type=KafkaServer,name=${name}`, () => numberIn('/proc/self/io', key) ?? -1);
  }
}
