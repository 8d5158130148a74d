/** Picks how a broker's metrics are read: Jolokia where it answers, else Prometheus text. What worked is remembered. */
import {
  MetricsReadError,
  NotThisSourceError,
  type BrokerReading,
  type ReadMetrics,
} from './broker-reading.ts';
import { readJolokia } from './jolokia.ts';
import { readPrometheus } from './prometheus.ts';

/** In the order in which they are tried; a new source is one file and one row. */
const sources: readonly ReadMetrics[] = [readJolokia, readPrometheus];

export class MetricsSource {
  readonly #known = new Map<string, ReadMetrics>();

  /** Rejects with a MetricsReadError when the port does not answer, or in no form that we know. */
  async read(url: string, signal: AbortSignal): Promise<BrokerReading> {
    const known = this.#known.get(url);
    const order = known === undefined ? sources : [known, ...sources.filter((source) => source !== known)];
    const refusals: NotThisSourceError[] = [];
    for (const source of order) {
      try {
        const reading = await source(url, signal);
        this.#known.set(url, source);
        return reading;
      } catch (error) {
        if (!(error instanceof NotThisSourceError)) throw error;
        refusals.push(error);
      }
    }
    throw refusalOf(refusals);
  }
}

/** What each source said. An answer without metrics is nearer to them than an error status. */
function refusalOf(refusals: readonly NotThisSourceError[]): MetricsReadError {
  const isAnswered = refusals.some(({ code }) => code === 'not-metrics');
  return new MetricsReadError(
    isAnswered ? 'not-metrics' : 'http-status',
    refusals.map(({ message }) => message).join('; '),
  );
}
