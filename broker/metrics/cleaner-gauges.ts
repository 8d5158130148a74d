/**
 * The log cleaner's figures under Kafka's names (LogCleaner and LogCleanerManager). One cleaner works here where Kafka
 * has several threads: a maximum over threads is its figure, and a dead thread would be a dead broker.
 */
import type { LogCleaner } from '../log/cleaner/log-cleaner.ts';
import type { ManagedLog } from '../log/log-manager.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

export function registerCleanerGauges(
  metrics: BrokerMetrics,
  cleaner: LogCleaner,
  logDirectories: readonly string[],
): void {
  const { figures } = cleaner;
  const gauges: Readonly<Record<string, () => number>> = {
    'kafka.log:type=LogCleaner,name=max-clean-time-secs': () => figures.cleanTimeSecs,
    'kafka.log:type=LogCleaner,name=cleaner-recopy-percent': () => figures.recopyPercent,
    'kafka.log:type=LogCleaner,name=max-buffer-utilization-percent': () => figures.bufferUtilizationPercent,
    'kafka.log:type=LogCleaner,name=max-compaction-delay-secs': () => figures.maxCompactionDelaySecs,
    'kafka.log:type=LogCleaner,name=DeadThreadCount': () => 0,
    'kafka.log:type=LogCleanerManager,name=max-dirty-percent': () => figures.maxDirtyPercent,
    'kafka.log:type=LogCleanerManager,name=time-since-last-run-ms': () => figures.timeSinceLastRunMs,
  };
  for (const [name, value] of Object.entries(gauges)) metrics.gauge(name, value);
  for (const path of logDirectories) {
    const inDirectory = (): readonly ManagedLog[] =>
      cleaner.uncleanable().filter(({ directory }) => directory.path === path);
    const bean = (name: string): string =>
      `kafka.log:type=LogCleanerManager,name=${name},logDirectory="${path.replace(/["\\*?]/g, '\\$&')}"`;
    metrics.gauge(bean('uncleanable-partitions-count'), () => inDirectory().length);
    metrics.gauge(bean('uncleanable-bytes'), () =>
      inDirectory().reduce((sum, { log }) => sum + log.sizeBytes, 0),
    );
  }
}
