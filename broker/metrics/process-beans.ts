/**
 * The process and its machine under the names of a Java platform's beans, so that tools made for Kafka find them.
 * There is no JVM: "heap" is V8's heap, "non-heap" is all other resident memory, so that both together
 * are what the process takes from the machine; threads are libuv's.
 */
import { readdirSync } from 'node:fs';
import { arch, availableParallelism, cpus, freemem, loadavg, platform, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Attributes } from './bean-registry.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import { openFileLimit } from '../platform/node/file-limit.ts';
import type { CancelTimer, Clock, Platform } from '../platform/platform.ts';
import { registerEventLoopIdle } from './event-loop-idle.ts';
import type { PlainSample } from './prometheus-text.ts';
import { registerRuntimeBeans } from './runtime-beans.ts';

/** Shares are measured over at least this long; a second reader within it sees the same figure. */
const LOAD_WINDOW_MS = 1_000;

interface CpuReading {
  readonly atMs: number;
  readonly processMicros: number;
  readonly systemBusyMs: number;
  readonly systemTotalMs: number;
}

function readCpu(clock: Clock): CpuReading {
  const { user, system } = process.cpuUsage();
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    busy += all - times.idle;
    total += all;
  }
  return {
    atMs: clock.monotonicMs(),
    processMicros: user + system,
    systemBusyMs: busy,
    systemTotalMs: total,
  };
}

/** Processor shares (0 to 1 of all processors) since the reading before. */
class LoadMeter {
  readonly #clock: Clock;
  #last: CpuReading;
  #processLoad = 0;
  #systemLoad = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = readCpu(clock);
  }

  read(): { readonly process: number; readonly system: number } {
    const now = readCpu(this.#clock);
    const elapsedMs = now.atMs - this.#last.atMs;
    if (elapsedMs >= LOAD_WINDOW_MS) {
      const usedMs = (now.processMicros - this.#last.processMicros) / 1_000;
      const totalMs = now.systemTotalMs - this.#last.systemTotalMs;
      this.#processLoad = Math.min(1, usedMs / (elapsedMs * availableParallelism()));
      this.#systemLoad = totalMs <= 0 ? 0 : (now.systemBusyMs - this.#last.systemBusyMs) / totalMs;
      this.#last = now;
    }
    return { process: this.#processLoad, system: this.#systemLoad };
  }
}

function openFileCount(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return -1; // not on Linux
  }
}

function operatingSystem(load: LoadMeter): Attributes {
  const { process: processLoad, system } = load.read();
  const { user, system: kernel } = process.cpuUsage();
  return {
    ProcessCpuLoad: processLoad,
    SystemCpuLoad: system,
    CpuLoad: system,
    ProcessCpuTime: (user + kernel) * 1_000,
    SystemLoadAverage: loadavg()[0] ?? -1,
    AvailableProcessors: availableParallelism(),
    FreePhysicalMemorySize: freemem(),
    TotalPhysicalMemorySize: totalmem(),
    FreeMemorySize: freemem(),
    TotalMemorySize: totalmem(),
    CommittedVirtualMemorySize: process.memoryUsage.rss(),
    OpenFileDescriptorCount: openFileCount(),
    MaxFileDescriptorCount: openFileLimit(),
    Name: platform(),
    Arch: arch(),
  };
}

function memory(): Attributes {
  const { heapUsed, heapTotal, rss } = process.memoryUsage();
  const outside = Math.max(0, rss - heapUsed);
  return {
    HeapMemoryUsage: {
      init: 0,
      used: heapUsed,
      committed: heapTotal,
      max: getHeapStatistics().heap_size_limit,
    },
    NonHeapMemoryUsage: { init: 0, used: outside, committed: outside, max: -1 },
  };
}

/** Gives back what ends the sampling. */
export function registerProcessBeans(
  metrics: BrokerMetrics,
  { clock, timers }: Pick<Platform, 'clock' | 'timers'>,
  startedAtMs: number,
): CancelTimer {
  const load = new LoadMeter(clock);
  metrics.bean('java.lang:type=OperatingSystem', () => operatingSystem(load));
  metrics.bean('java.lang:type=Memory', memory);
  metrics.bean('java.lang:type=Runtime', () => ({
    Uptime: Math.round(process.uptime() * 1_000),
    StartTime: startedAtMs,
    Pid: process.pid,
    VmName: 'Node.js',
    VmVersion: process.version,
  }));
  registerRuntimeBeans(metrics);
  return registerEventLoopIdle(metrics, { clock, timers });
}

/** The names of Prometheus' process metrics, and those JVM ones that every Kafka dashboard draws. */
export function processSamples(startedAtMs: number): readonly PlainSample[] {
  const { user, system } = process.cpuUsage();
  const usage = process.memoryUsage();
  const heapLimit = getHeapStatistics().heap_size_limit;
  return [
    { name: 'process_cpu_seconds_total', type: 'counter', value: (user + system) / 1e6 },
    { name: 'process_start_time_seconds', type: 'gauge', value: startedAtMs / 1_000 },
    { name: 'process_resident_memory_bytes', type: 'gauge', value: usage.rss },
    { name: 'process_open_fds', type: 'gauge', value: openFileCount() },
    { name: 'process_max_fds', type: 'gauge', value: openFileLimit() },
    { name: 'jvm_memory_used_bytes', type: 'gauge', labels: { area: 'heap' }, value: usage.heapUsed },
    {
      name: 'jvm_memory_used_bytes',
      type: 'gauge',
      labels: { area: 'nonheap' },
      value: Math.max(0, usage.rss - usage.heapUsed),
    },
    { name: 'jvm_memory_committed_bytes', type: 'gauge', labels: { area: 'heap' }, value: usage.heapTotal },
    { name: 'jvm_memory_max_bytes', type: 'gauge', labels: { area: 'heap' }, value: heapLimit },
  ];
}
