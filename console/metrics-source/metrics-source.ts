/** Picks how a broker's metrics are read: Jolokia where it answers, else Prometheus text. What worked is remembered. */
import { NotThisSourceError, type BrokerReading, type ReadMetrics } from './broker-reading.ts';
import { readJolokia } from './jolokia.ts';
import { readPrometheus } from './prometheus.ts';

/** In the order in which they are tried; a new source is one file and one row. */
const sources: readonly ReadMetrics[] = [readJolokia, readPrometheus];

export class MetricsSource {
  readonly #known = new Map<string, ReadMetrics>();

  /** Rejects when the port does not answer, or in no form that we know. */
  async read(url: string, signal: AbortSignal): Promise<BrokerReading> {
    const known = this.#known.get(url);
    const order = known === undefined ? sources : [known, ...sources.filter((source) => source !== known)];
    let refusal: unknown = null;
    for (const source of order) {
      try {
        const reading = await source(url, signal);
        this.#known.set(url, source);
        return reading;
      } catch (error) {
        if (!(error instanceof NotThisSourceError)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }
}
