/** A series over a window: checks the window, reads the store. */
import type { History, HistoryQuery } from '../contracts/history.ts';
import { planRetention } from '../model/retention.ts';
import { readHistory } from '../store/history.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { requireCluster } from './watched-clusters.ts';

const windowDefaultMs = 3_600_000;

export async function history(
  context: ConsoleContext,
  clusterId: string,
  query: HistoryQuery,
): Promise<History> {
  const { info } = requireCluster(context, clusterId);
  const nowMs = context.now().getTime();
  const toMs = query.to ?? nowMs;
  const fromMs = query.from ?? toMs - windowDefaultMs;
  if (fromMs >= toMs) {
    throw new ConsoleError('invalid', 'from has to be earlier than to.', {
      errors: { from: 'has to be earlier than to' },
    });
  }
  const { series, topic, group, groups, broker, partition, points, top } = query;
  const answer = await readHistory(
    context.database,
    {
      clusterId,
      name: series,
      topic,
      group,
      groups,
      broker,
      partition,
      byPartition: query.by === 'partition',
      fromMs,
      toMs,
      points,
      top,
    },
    {
      plan: planRetention(context.config.historyDays),
      rawMs: info?.intervalMs ?? context.config.collectIntervalMs,
      nowMs,
    },
  );
  return {
    cluster: clusterId,
    name: series,
    from: fromMs,
    to: toMs,
    resolutionSeconds: answer.resolutionSeconds,
    series: answer.series.map((line) => ({
      labels: { ...line.labels },
      points: line.points.map((point): [number, number | null] => [point[0], point[1]]),
    })),
    total: answer.total,
  };
}
