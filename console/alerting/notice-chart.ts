/**
 * Which line of history a notice's picture shows, and over which time. Pure. The picture ends when the notice was decided, so
 * that a mail that is sent again shows the same.
 */
import { CHART_POINTS_MAX, type Notice, type NoticeChart } from './notice.ts';

export interface ChartQuery {
  readonly clusterId: string;
  /** As in the history: group.lag and others. */
  readonly name: string;
  readonly group?: string;
  readonly topic?: string;
  readonly broker?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  /** Of the line's values. */
  readonly unit: string;
}

/** Gives a picture's line; null when there is none. */
export type ChartSource = (query: ChartQuery) => Promise<NoticeChart['points'] | null>;

const MINUTE = 60_000;
const BEFORE_MS = 15 * MINUTE;
const SHORTEST_MS = 60 * MINUTE;
const LONGEST_MS = 24 * 60 * MINUTE;
const POINTS = 180;

/** Null for what has no course: a broker is down or is not. */
export function chartQueryOf(notice: Notice): ChartQuery | null {
  const line = lineOf(notice);
  if (line === null) return null;
  const toMs = notice.atMs;
  const wantedMs = toMs - (notice.startedAtMs - BEFORE_MS);
  const fromMs = toMs - Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wantedMs));
  return { clusterId: notice.cluster, ...line, fromMs, toMs, points: POINTS };
}

function lineOf({
  type,
  group,
  topic,
  broker,
}: Notice): Pick<ChartQuery, 'name' | 'group' | 'topic' | 'broker' | 'unit'> | null {
  const ofTopic = topic === null ? {} : { topic };
  if ((type === 'group-lag' || type === 'group-status') && group !== null) {
    return { name: 'group.lag', group, ...ofTopic, unit: 'records' };
  }
  if (type === 'topic-capacity' && topic !== null) return { name: 'topic.sizeBytes', topic, unit: 'bytes' };
  if (type === 'producer-rate' && topic !== null) {
    return { name: 'topic.messagesInPerSec', topic, unit: 'messages/s' };
  }
  if (type === 'disk-use' && broker !== undefined && broker !== null) {
    return { name: 'broker.logDirBytes', broker: String(broker), unit: 'bytes' };
  }
  if (topic !== null) return null;
  if (type === 'under-replicated') return { name: 'cluster.underReplicatedPartitions', unit: 'partitions' };
  if (type === 'offline-partitions') return { name: 'cluster.offlinePartitions', unit: 'partitions' };
  return null;
}

/** The first `most` notices with their pictures, as far as there is a line; the others as they are. */
export async function withCharts(
  notices: readonly Notice[],
  most: number,
  source: ChartSource,
): Promise<readonly Notice[]> {
  let left = most;
  return Promise.all(
    notices.map(async (notice) => {
      const query = notice.chart === null && left > 0 ? chartQueryOf(notice) : null;
      if (query === null) return notice;
      left--;
      // A mail without a picture is better than none.
      const points = await source(query).catch(() => null);
      if (points === null) return notice;
      return { ...notice, chart: { points: points.slice(-CHART_POINTS_MAX), unit: query.unit } };
    }),
  );
}
