/** How often something was done and how long it took, in milliseconds, as Kafka's (Yammer's) timers tell it. */
import type { Clock } from '../platform/platform.ts';
import { type Attributes, histogramAttributes, meterAttributes } from './bean-registry.ts';
import { Histogram } from './histogram.ts';
import { Meter } from './meter.ts';

export class Timer {
  readonly #meter: Meter;
  readonly #histogram = new Histogram();

  constructor(clock: Clock) {
    this.#meter = new Meter(clock);
  }

  update(tookMs: number): void {
    this.#meter.mark();
    this.#histogram.update(tookMs);
  }

  attributes(): Attributes {
    return {
      ...meterAttributes(this.#meter, 'calls'),
      ...histogramAttributes(this.#histogram),
      LatencyUnit: 'MILLISECONDS',
    };
  }
}
