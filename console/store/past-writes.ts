/**
 * When topics were last written to before this process, out of the rates that history kept. The newest stretch is read first and
 * as it was collected; older ones in coarser steps, and only for topics of which the newer ones tell no write, which are lines
 * that stay at zero and cost next to nothing. Given up where time runs out: what was not read was not watched.
 */
import { RAW_SECONDS, type RetentionPlan } from '../model/retention.ts';
import type { SeenWrites } from '../model/snapshot.ts';
import type { Database } from './database.ts';
import { visitStretches } from './stored-buckets.ts';

const LINES_PER_PIECE = 500;
const LINES_MAX = 40_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Back to how long ago, and how exactly. */
const stretches = [
  { backMs: HOUR_MS, resolutionSeconds: RAW_SECONDS },
  { backMs: DAY_MS, resolutionSeconds: 60 },
  { backMs: 30 * DAY_MS, resolutionSeconds: 3_600 },
] as const;

export interface WritesRequest {
  readonly clusterId: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** By topic; nothing of those whose rates were never kept. */
export async function readPastWrites(
  database: Database,
  plan: RetentionPlan,
  { clusterId, nowMs, signal }: WritesRequest,
): Promise<Map<string, SeenWrites>> {
  const lines = await database.series.findMany({
    where: { cluster: clusterId, name: 'topic.messagesInPerSec', topic: { not: '' }, partition: '' },
    select: { id: true, topic: true },
    orderBy: { id: 'asc' },
    take: LINES_MAX,
  });
  const topics = new Map(lines.map(({ id, topic }) => [id, topic]));
  const seen = new Map<string, { lastMs: number | null; sinceMs: number }>();
  let silent = lines.map(({ id }) => id);
  let endMs = nowMs;
  for (const { backMs, resolutionSeconds } of stretches) {
    const startMs = nowMs - backMs;
    for (let from = 0; from < silent.length && !signal.aborted; from += LINES_PER_PIECE) {
      const reading = { clusterId, ids: silent.slice(from, from + LINES_PER_PIECE), startMs, endMs };
      await visitStretches(
        database,
        plan,
        reading,
        resolutionSeconds,
        (id, { atMs, max }, unitMs, repeat) => {
          const topic = topics.get(id) ?? '';
          const known = seen.get(topic) ?? { lastMs: null, sinceMs: atMs };
          known.sinceMs = Math.min(known.sinceMs, atMs);
          if (max > 0) known.lastMs = Math.max(known.lastMs ?? 0, atMs + repeat * unitMs);
          seen.set(topic, known);
        },
      );
    }
    silent = silent.filter((id) => seen.get(topics.get(id) ?? '')?.lastMs == null);
    endMs = startMs;
  }
  return seen;
}
