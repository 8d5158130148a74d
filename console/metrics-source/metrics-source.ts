/** Picks how a broker's metrics are read: Jolokia where it answers, else Prometheus text. What worked is remembered. */
import {
  MetricsReadError,
  NotThisSourceError,
  type BrokerReading,
  type MetricsAsk,
  type ReadMetrics,
} from './broker-reading.ts';
import { readJolokia } from './jolokia.ts';
import { readPrometheus } from './prometheus.ts';

/** In the order in which they are tried; a new source is one file and one row. */
const sources = [
  { name: 'Jolokia', read: readJolokia },
  { name: 'Prometheus text', read: readPrometheus },
] as const satisfies readonly { readonly name: string; readonly read: ReadMetrics }[];
type Source = (typeof sources)[number];

export class MetricsSource {
  readonly #known = new Map<string, Source>();

  /** Rejects with a MetricsReadError when the port does not answer, or in no form that we know. */
  async read(url: string, ask: MetricsAsk): Promise<BrokerReading> {
    const known = this.#known.get(url);
    const order = known === undefined ? sources : [known, ...sources.filter((source) => source !== known)];
    const refusals: NotThisSourceError[] = [];
    for (const source of order) {
      try {
        const reading = await source.read(url, ask);
        this.#known.set(url, source);
        return reading;
      } catch (error) {
        if (!(error instanceof NotThisSourceError)) throw error;
        refusals.push(error);
      }
    }
    throw refusalOf(refusals);
  }

  /** By what an address was read; null before that. */
  sourceOf(url: string): Source['name'] | null {
    return this.#known.get(url)?.name ?? null;
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
