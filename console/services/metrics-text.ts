/**
 * What the console knows, as Prometheus text: which clusters, which sets of names, in slices. Our own names, those of
 * kafka_exporter and those of KMinion are each one file under metrics/; a scrape chooses with `?sets=` and `?cluster=`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { metricsSets, type MetricsSet } from '../config/environment.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { cost } from './collection.ts';
import { viewOf, type ClusterView } from './metrics/cluster-view.ts';
import { writeExposition, type Family } from './metrics/exposition.ts';
import { kafkaExporterSet } from './metrics/kafka-exporter-set.ts';
import { kminionSet } from './metrics/kminion-set.ts';
import { ownSet, processSet } from './metrics/own-set.ts';
import { clusterStatus, requireCluster } from './watched-clusters.ts';

const families: Readonly<Record<MetricsSet, readonly Family[]>> = {
  aquila: ownSet,
  kafka_exporter: kafkaExporterSet,
  kminion: kminionSet,
};

export interface MetricsChoice {
  /** Comma-separated; null: those of AQUILA_METRICS_SETS. */
  readonly sets: string | null;
  /** Only this cluster; null: all. */
  readonly cluster: string | null;
}

/** Refuses a choice that names nothing before the first chunk is made. */
export function metricsText(context: ConsoleContext, choice: MetricsChoice): AsyncGenerator<string, void> {
  const sets = choice.sets === null ? context.config.metricsSets : setsOf(choice.sets);
  const ids = choice.cluster === null ? context.clusters.all().map(({ id }) => id) : [choice.cluster];
  return writeExposition(
    sets.flatMap((set) => families[set]),
    sets.includes('aquila') ? processSet : [],
    ids.map((id) => clusterView(context, id)),
    {
      partitionLimit: context.config.metricsPartitions,
      nowMs: () => performance.now(),
      breathe: () => nextTurn(),
    },
  );
}

function setsOf(text: string): MetricsSet[] {
  const asked = new Set(text.split(',').map((name) => name.trim()));
  const unknown = [...asked].find((name) => !metricsSets.some((set) => set === name));
  if (unknown !== undefined) {
    throw new ConsoleError('invalid', `There is no set "${unknown}"; there are ${metricsSets.join(', ')}.`);
  }
  return metricsSets.filter((set) => asked.has(set));
}

function clusterView(context: ConsoleContext, id: string): ClusterView {
  const cluster = requireCluster(context, id);
  const { info, snapshot } = cluster;
  return viewOf(
    id,
    clusterStatus(cluster) === 'ok',
    snapshot,
    context.now().getTime(),
    info === null || snapshot === null ? null : cost(context, id),
  );
}
