/**
 * How much of its time the one thread of this process had nothing to do. It is network processor and request handler at once, so both are
 * told by it: `NetworkProcessorAvgIdlePercent` of the last seconds, `RequestHandlerAvgIdlePercent` as the meter that Kafka has, whose
 * rates are shares (idle nanoseconds per nanosecond).
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import { Meter } from './meter.ts';

const SAMPLE_MS = 5_000;
const NANOS_PER_MS = 1e6;
const NANOS_PER_SECOND = 1e9;

export function registerEventLoopIdle(
  metrics: BrokerMetrics,
  { clock, timers }: Pick<Platform, 'clock' | 'timers'>,
): CancelTimer {
  const idleNanos = new Meter(clock);
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  let idleShare = 1;
  const sample = (): void => {
    const now = performance.eventLoopUtilization();
    const { idle, utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    idleShare = 1 - utilization;
    idleNanos.mark(Math.round(idle * NANOS_PER_MS));
  };
  metrics.gauge('kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent', () => idleShare);
  metrics.gauge('kafka.network:type=Processor,name=IdlePercent,networkProcessor=0', () => idleShare);
  const shares = () => {
    const rates = idleNanos.read();
    return {
      Count: rates.count,
      MeanRate: rates.meanPerSecond / NANOS_PER_SECOND,
      OneMinuteRate: rates.oneMinutePerSecond / NANOS_PER_SECOND,
      FiveMinuteRate: rates.fiveMinutePerSecond / NANOS_PER_SECOND,
      FifteenMinuteRate: rates.fifteenMinutePerSecond / NANOS_PER_SECOND,
      RateUnit: 'NANOSECONDS',
      EventType: 'percent',
    };
  };
  metrics.bean('kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent', shares);
  return timers.every(SAMPLE_MS, sample);
}
