/**
 * Every management bean of the process: a name and a function that reads its attributes now.
 *
 * Beans that come and go by the thousand (one per partition) are not registered one by one: a source lists them when
 * somebody looks, so that serving requests never pays for them.
 */
import type { Histogram } from './histogram.ts';
import type { Meter } from './meter.ts';

export type AttributeValue = number | string | boolean | null | { readonly [key: string]: AttributeValue };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Bean {
  /** `kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec`: type first, as Kafka writes it. */
  readonly name: string;
  readonly read: () => Attributes;
}

export type BeanSource = () => Iterable<Bean>;

export class BeanRegistry {
  readonly #beans = new Map<string, Bean>();
  readonly #sources: BeanSource[] = [];

  register(name: string, read: () => Attributes): void {
    this.#beans.set(name, { name, read });
  }

  /** A bean with the single attribute Value. */
  gauge(name: string, value: () => number | string): void {
    this.register(name, () => ({ Value: value() }));
  }

  unregister(name: string): void {
    this.#beans.delete(name);
  }

  addSource(source: BeanSource): void {
    this.#sources.push(source);
  }

  *beans(): Iterable<Bean> {
    yield* this.#beans.values();
    for (const source of this.#sources) yield* source();
  }
}

export function meterAttributes(meter: Meter, eventType: string): Attributes {
  const reading = meter.read();
  return {
    Count: reading.count,
    MeanRate: reading.meanPerSecond,
    OneMinuteRate: reading.oneMinutePerSecond,
    FiveMinuteRate: reading.fiveMinutePerSecond,
    FifteenMinuteRate: reading.fifteenMinutePerSecond,
    RateUnit: 'SECONDS',
    EventType: eventType,
  };
}

export function histogramAttributes(histogram: Histogram): Attributes {
  const { count, min, max, mean, standardDeviation, percentile } = histogram.read();
  return {
    Count: count,
    Min: min,
    Max: max,
    Mean: mean,
    StdDev: standardDeviation,
    '50thPercentile': percentile(0.5),
    '75thPercentile': percentile(0.75),
    '95thPercentile': percentile(0.95),
    '98thPercentile': percentile(0.98),
    '99thPercentile': percentile(0.99),
    '999thPercentile': percentile(0.999),
  };
}
