/**
 * The rounds of a cluster before this process, for a watch over groups that begins anew: the ends of partitions, and the lags and
 * numbers of members of groups. Read in pieces, and given up where time runs out: what was not read then was not kept.
 */
import type { PastGroup, PastPartition, PastStretch } from '../model/group-watch/past.ts';
import type { RetentionPlan } from '../model/retention.ts';
import type { Database } from './database.ts';
import { visitBuckets } from './stored-buckets.ts';

const LINES_PER_PIECE = 200;
const LINES_MAX = 40_000;

export interface StretchRequest {
  readonly clusterId: string;
  /** Between two rounds. */
  readonly intervalMs: number;
  readonly startMs: number;
  readonly endMs: number;
  /** One round is read of each slot, the last one. */
  readonly slotMs: number;
  /** Slots are longer where there would be more values than this. */
  readonly readingsMax: number;
  readonly resolutionSeconds: number;
  /** Only what concerns these; null: everything. */
  readonly only: readonly PastPartition[] | null;
  readonly signal: AbortSignal;
}

/** When the last round of a cluster was kept that is not of the future; null without one. */
export async function lastRoundMs(
  database: Database,
  clusterId: string,
  nowMs: number,
): Promise<number | null> {
  const { _max } = await database.round.aggregate({
    where: { cluster: clusterId, atMs: { lte: BigInt(nowMs) } },
    _max: { atMs: true },
  });
  return _max.atMs === null ? null : Number(_max.atMs);
}

/** With a round for each slot that holds any value, at the time of the last one that can be in it. */
export async function readStretch(
  database: Database,
  plan: RetentionPlan,
  request: StretchRequest,
): Promise<PastStretch> {
  const { clusterId, intervalMs, startMs, endMs, resolutionSeconds, signal } = request;
  const lines = await linesOf(database, request);
  const readings = (lines.length * Math.max(0, endMs - startMs)) / request.slotMs;
  const slotMs = request.slotMs * Math.max(1, Math.ceil(readings / request.readingsMax));
  const slots = Math.max(0, Math.ceil((endMs - startMs) / slotMs));
  const filled = new Uint8Array(slots);
  const values = new Map<number, Float64Array>();
  for (let from = 0; from < lines.length && !signal.aborted; from += LINES_PER_PIECE) {
    const ids = lines.slice(from, from + LINES_PER_PIECE).map(({ id }) => id);
    for (const id of ids) values.set(id, new Float64Array(slots).fill(NaN));
    const reading = { clusterId, ids, startMs, endMs };
    await visitBuckets(database, plan, reading, resolutionSeconds, (id, { atMs, last }) => {
      const slot = Math.floor((atMs - startMs) / slotMs);
      const line = values.get(id);
      if (line === undefined || slot < 0 || slot >= slots) return;
      line[slot] = last;
      filled[slot] = 1;
    });
  }
  const kept = [...filled.keys()].filter((slot) => filled[slot] === 1);
  const atMs = kept.map((slot) => startMs + slot * slotMs + Math.max(0, slotMs - intervalMs));
  return arranged(lines, atMs, (id) => {
    const line = values.get(id);
    return line === undefined ? null : Float64Array.from(kept, (slot) => line[slot] ?? NaN);
  });
}

interface Line {
  readonly id: number;
  readonly name: string;
  readonly topic: string;
  readonly groupId: string;
  readonly partition: string;
}

async function linesOf(database: Database, { clusterId, only }: StretchRequest): Promise<Line[]> {
  const ofPartition = { partition: { not: '' } };
  const lines: Line[] = await database.series.findMany({
    where: {
      cluster: clusterId,
      OR: [
        { name: { in: ['topic.identity', 'group.members'] } },
        { name: 'topic.endOffset', ...ofPartition },
        { name: 'group.lag', ...ofPartition },
      ],
    },
    select: { id: true, name: true, topic: true, groupId: true, partition: true },
    orderBy: { id: 'asc' },
    take: LINES_MAX,
  });
  if (only === null) return lines;
  const wanted = new Set<string>();
  for (const { group, topic, partition } of only) {
    const at = String(partition);
    const ofTopic = [keyOf('topic.endOffset', topic, '', at), keyOf('topic.identity', topic, '', '')];
    const ofGroup = [keyOf('group.lag', topic, group, at), keyOf('group.members', '', group, '')];
    for (const key of [...ofTopic, ...ofGroup]) wanted.add(key);
  }
  return lines.filter(({ name, topic, groupId, partition }) =>
    wanted.has(keyOf(name, topic, groupId, partition)),
  );
}

const keyOf = (...parts: readonly string[]): string => parts.join('\u0000');

function arranged(
  lines: readonly Line[],
  atMs: readonly number[],
  valuesOf: (id: number) => Float64Array | null,
): PastStretch {
  const ends = new Map<string, Map<number, Float64Array>>();
  const identities = new Map<string, Float64Array>();
  const members = new Map<string, Float64Array>();
  const lags = new Map<string, Map<string, Map<number, Float64Array>>>();
  for (const { id, name, topic, groupId, partition } of lines) {
    const values = valuesOf(id);
    if (values === null) continue;
    if (name === 'topic.identity') identities.set(topic, values);
    else if (name === 'group.members') members.set(groupId, values);
    else if (name === 'topic.endOffset') inside(ends, topic).set(Number(partition), values);
    else inside(inside(lags, groupId), topic).set(Number(partition), values);
  }
  const groups = new Map<string, PastGroup>();
  for (const [id, ofGroup] of lags) groups.set(id, { members: members.get(id) ?? null, lags: ofGroup });
  return { atMs, ends, identities, groups };
}

function inside<Key, Value>(outer: Map<string, Map<Key, Value>>, key: string): Map<Key, Value> {
  let inner = outer.get(key);
  if (inner === undefined) {
    inner = new Map();
    outer.set(key, inner);
  }
  return inner;
}
