/**
 * Puts history into chunks, rolls it up and lets go of what is older than the plan keeps.
 *
 * The plan (console/model/retention.ts) says which chunk is next; here it is made, for some lines at a time, each piece one
 * statement that writes the same rows however often it runs. Only when all lines are through does the step's mark
 * (a setting) move on; readers look at chunks up to the mark and at what is finer after it. So a process that dies
 * anywhere leaves a chunk that is made again, and nothing that is read twice or not at all.
 */
import { valuesAtRounds, type Change, type RoundMark } from '../model/held-values.ts';
import {
  decodeChunk,
  encodeBuckets,
  encodeValues,
  peakOf,
  rollUp,
  type Bucket,
} from '../model/history-chunk.ts';
import {
  chunkSteps,
  nextChunk,
  RAW_SECONDS,
  sweptBeforeMs,
  type ChunkStep,
  type RetentionPlan,
} from '../model/retention.ts';
import type { Database, Transaction } from './database.ts';
import { dialectOf, given } from './dialect/dialect.ts';
import { writeSetting } from './settings.ts';

/** A round that began in an hour may still be written so long after its end. */
const SETTLE_MS = 120_000;
/** The driver answers synchronously, and pages are served in between. */
const LINES_PER_PIECE = 200;

export const settingKey = (resolutionSeconds: number): string =>
  `history.chunkedTo.${String(resolutionSeconds)}`;

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}
interface Line {
  readonly id: number;
  readonly cluster: string;
}
export type ChunkRow = readonly [seriesId: number, points: string, peak: number | null];

/** Up to where (exclusive, epoch ms) there are chunks, by resolution. */
export async function chunkedTo(database: Database): Promise<Map<number, number>> {
  const prefix = settingKey(0).slice(0, -1);
  const rows = await database.setting.findMany({ where: { key: { startsWith: prefix } } });
  return new Map(rows.map(({ key, value }) => [Number(key.slice(prefix.length)), Number(value)]));
}

/** Makes one chunk, whole or as far as it goes, of each step that has one to make, finest first. Returns whether there may be more. */
export async function rollUpHistory(
  database: Database,
  plan: RetentionPlan,
  nowMs: number,
): Promise<boolean> {
  let worked = false;
  for (const step of chunkSteps(plan)) {
    const marks = await chunkedTo(database);
    const doneMs = marks.get(step.resolutionSeconds) ?? 0;
    const sourceEndMs = step.fromSeconds === null ? nowMs - SETTLE_MS : (marks.get(step.fromSeconds) ?? 0);
    const firstSourceMs = await firstSource(database, step, doneMs);
    const { make, markMs } = nextChunk(step, { firstSourceMs, sourceEndMs });
    if (markMs <= doneMs) continue;
    if (make !== null) await makeChunks(database, step, make);
    await writeSetting(database, settingKey(step.resolutionSeconds), String(markMs), new Date(nowMs));
    worked = true;
  }
  return worked;
}

async function firstSource(database: Database, step: ChunkStep, fromMs: number): Promise<number | null> {
  if (step.fromSeconds === null) {
    const { _min } = await database.round.aggregate({
      where: { atMs: { gte: BigInt(fromMs) } },
      _min: { atMs: true },
    });
    return _min.atMs === null ? null : Number(_min.atMs);
  }
  const first = await database.chunk.findFirst({
    where: { resolutionSeconds: step.fromSeconds, startMs: { gte: BigInt(fromMs) } },
    orderBy: { startMs: 'asc' },
    select: { startMs: true },
  });
  return first === null ? null : Number(first.startMs);
}

async function makeChunks(database: Database, step: ChunkStep, stretch: Stretch): Promise<void> {
  const rounds = step.fromSeconds === null ? await roundsOf(database, stretch) : null;
  for (let after = 0; ;) {
    const lines = await database.series.findMany({
      where: { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: LINES_PER_PIECE,
      select: { id: true, cluster: true },
    });
    const last = lines.at(-1);
    if (last === undefined) return;
    const piece = { after, upTo: last.id };
    const rows =
      rounds === null
        ? await rolledUp(database, step, stretch, piece)
        : await rawChunks(database, rounds, lines, stretch, piece);
    await putChunks(database, step.resolutionSeconds, stretch.startMs, rows);
    after = last.id;
  }
}

async function roundsOf(database: Database, { startMs, endMs }: Stretch): Promise<Map<string, RoundMark[]>> {
  const rows = await database.round.findMany({
    where: { atMs: { gte: BigInt(startMs), lt: BigInt(endMs) } },
    orderBy: { atMs: 'asc' },
  });
  const rounds = new Map<string, RoundMark[]>();
  for (const { cluster, atMs, isKey } of rows) {
    const mark = { atMs: Number(atMs), isKey };
    const list = rounds.get(cluster);
    if (list === undefined) rounds.set(cluster, [mark]);
    else list.push(mark);
  }
  return rounds;
}

interface Piece {
  readonly after: number;
  readonly upTo: number;
}

async function rawChunks(
  database: Database,
  rounds: ReadonlyMap<string, readonly RoundMark[]>,
  lines: readonly Line[],
  { startMs, endMs }: Stretch,
  { after, upTo }: Piece,
): Promise<ChunkRow[]> {
  const rows = await database.$queryRaw<
    { seriesId: number | bigint; atMs: number | bigint; value: number | null }[]
  >`
    SELECT "seriesId", "atMs", "value" FROM "Sample"
    WHERE "seriesId" > ${after} AND "seriesId" <= ${upTo} AND "atMs" >= ${BigInt(startMs)} AND "atMs" < ${BigInt(endMs)}
    ORDER BY "seriesId", "atMs"`;
  const changes = new Map<number, Change[]>();
  for (const { seriesId, atMs, value } of rows)
    listed(changes, Number(seriesId)).push({ atMs: Number(atMs), value });
  return lines.flatMap(({ id, cluster }): ChunkRow[] => {
    const points = valuesAtRounds(rounds.get(cluster) ?? [], changes.get(id) ?? []);
    return points.length === 0 ? [] : [[id, encodeValues(points, startMs), peakOf(points)]];
  });
}

async function rolledUp(
  database: Database,
  { fromSeconds, resolutionSeconds }: ChunkStep,
  { startMs, endMs }: Stretch,
  { after, upTo }: Piece,
): Promise<ChunkRow[]> {
  const rows = await database.$queryRaw<
    { seriesId: number | bigint; startMs: number | bigint; points: string }[]
  >`
    SELECT "seriesId", "startMs", "points" FROM "Chunk"
    WHERE "seriesId" > ${after} AND "seriesId" <= ${upTo} AND "resolutionSeconds" = ${fromSeconds ?? RAW_SECONDS}
      AND "startMs" >= ${BigInt(startMs)} AND "startMs" < ${BigInt(endMs)}
    ORDER BY "seriesId", "startMs"`;
  const fine = new Map<number, Bucket[]>();
  for (const row of rows) {
    listed(fine, Number(row.seriesId)).push(...decodeChunk(row.points, Number(row.startMs)));
  }
  return [...fine].map(([id, points]) => [
    id,
    encodeBuckets(rollUp(points, resolutionSeconds * 1_000), startMs),
    peakOf(points),
  ]);
}

function listed<T>(lists: Map<number, T[]>, id: number): T[] {
  const known = lists.get(id);
  if (known !== undefined) return known;
  const list: T[] = [];
  lists.set(id, list);
  return list;
}

export async function putChunks(
  database: Database | Transaction,
  resolutionSeconds: number,
  startMs: number,
  rows: readonly ChunkRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { insert, rows: tableOf, value } = dialectOf(database);
  await database.$executeRaw(
    insert({
      table: 'Chunk',
      columns: ['seriesId', 'resolutionSeconds', 'startMs', 'points', 'peak'],
      values: [
        given('seriesId'),
        value(resolutionSeconds, 'int'),
        value(BigInt(startMs), 'bigint'),
        given('points'),
        given('peak'),
      ],
      source: tableOf(rows, { seriesId: 'int', points: 'text', peak: 'real' }),
      key: ['seriesId', 'resolutionSeconds', 'startMs'],
      update: ['points', 'peak'],
    }),
  );
}

/** Deletes what is older than the plan keeps and, of rows and rounds, what is in chunks. Returns how many rows went. */
export async function sweepHistory(database: Database, plan: RetentionPlan, nowMs: number): Promise<number> {
  const marks = await chunkedTo(database);
  const steps = chunkSteps(plan);
  let swept = 0;
  const rawDoneMs = marks.get(RAW_SECONDS);
  if (rawDoneMs !== undefined) {
    // A reader may have looked at the mark before it moved: the rows of the last hour that is over stay for another one.
    const before = BigInt(Math.min(rawDoneMs, nowMs - SETTLE_MS - (steps[0]?.chunkMs ?? 0)));
    swept += await database.$executeRaw`
      DELETE FROM "Sample" WHERE "seriesId" IN (SELECT "id" FROM "Series") AND "atMs" < ${before}`;
    swept += (await database.round.deleteMany({ where: { atMs: { lt: before } } })).count;
  }
  for (const [index, step] of steps.entries()) {
    const coarser = steps[index + 1];
    const coarserMs = coarser === undefined ? null : (marks.get(coarser.resolutionSeconds) ?? null);
    const before = sweptBeforeMs(step, coarser, coarserMs, nowMs);
    if (before === null) continue;
    const { count } = await database.chunk.deleteMany({
      where: { resolutionSeconds: step.resolutionSeconds, startMs: { lt: BigInt(before) } },
    });
    swept += count;
  }
  return swept;
}

/** Removes lines that have neither a point nor a chunk any more and are older than a day. */
export async function sweepSeries(database: Database, nowMs: number): Promise<number> {
  const before = BigInt(nowMs - 86_400_000);
  return database.$executeRaw`
    DELETE FROM "Series" WHERE "createdAtMs" < ${before}
      AND NOT EXISTS (SELECT 1 FROM "Sample" p WHERE p."seriesId" = "Series"."id")
      AND NOT EXISTS (SELECT 1 FROM "Chunk" c WHERE c."seriesId" = "Series"."id")`;
}
