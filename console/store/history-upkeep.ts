/**
 * Rolls history up and lets go of what is older than the plan keeps.
 *
 * A step rolls up whole buckets between where it stopped last (kept as a setting, in the same transaction) and the last
 * bucket that is over, in pieces of bounded length, so that a backlog after a long stop does not hold the database. What
 * has not been rolled up yet is never deleted.
 */
import { rollupEndMs, type RetentionPlan, type RollupStep } from '../model/retention.ts';
import type { Database, Transaction } from './database.ts';

/** A round that began in a bucket may still be written so long after its end. */
const SETTLE_MS = 20_000;
/** Longest stretch that one pass rolls up, in buckets of the step. */
const BUCKETS_PER_PASS = 120;
const DELETE_MARGIN_MS = 60_000;

const settingKey = (resolutionSeconds: number): string => `history.rolledUpTo.${String(resolutionSeconds)}`;

/** Up to where (exclusive, epoch ms) points of this resolution exist; null before the first roll-up. */
export async function rolledUpTo(
  database: Database | Transaction,
  resolutionSeconds: number,
): Promise<number | null> {
  const row = await database.setting.findUnique({ where: { key: settingKey(resolutionSeconds) } });
  return row === null ? null : Number(row.value);
}

/** One pass over all steps, finest first. Returns whether a step has more to do. */
export async function rollUpHistory(
  database: Database,
  plan: RetentionPlan,
  nowMs: number,
): Promise<boolean> {
  let unfinished = false;
  for (const step of plan.rollups) {
    if (await rollUpStep(database, step, nowMs)) unfinished = true;
  }
  return unfinished;
}

async function rollUpStep(database: Database, step: RollupStep, nowMs: number): Promise<boolean> {
  const { resolutionSeconds, fromSeconds } = step;
  const sourceEndMs = fromSeconds === null ? nowMs - SETTLE_MS : await rolledUpTo(database, fromSeconds);
  if (sourceEndMs === null) return false;
  const targetMs = rollupEndMs(sourceEndMs, resolutionSeconds, 0);
  const startMs =
    (await rolledUpTo(database, resolutionSeconds)) ?? (await firstBucketMs(database, resolutionSeconds));
  if (startMs === null || startMs >= targetMs) return false;
  const endMs = Math.min(targetMs, startMs + BUCKETS_PER_PASS * resolutionSeconds * 1_000);
  await database.$transaction(async (inside) => {
    await (fromSeconds === null
      ? rollUpRaw(inside, resolutionSeconds, startMs, endMs)
      : rollUpFrom(inside, fromSeconds, resolutionSeconds, startMs, endMs));
    const data = { value: String(endMs), updatedAt: new Date(nowMs) };
    const key = settingKey(resolutionSeconds);
    await inside.setting.upsert({ where: { key }, create: { key, ...data }, update: data });
  });
  return endMs < targetMs;
}

/** The bucket of the oldest line: history cannot begin earlier. */
async function firstBucketMs(database: Database, resolutionSeconds: number): Promise<number | null> {
  const { _min: oldest } = await database.series.aggregate({ _min: { createdAtMs: true } });
  if (oldest.createdAtMs === null) return null;
  const widthMs = resolutionSeconds * 1_000;
  return Math.floor(Number(oldest.createdAtMs) / widthMs) * widthMs;
}

/** The join order is fixed (CROSS JOIN): one look into the primary key per line, instead of a walk over all points. */
async function rollUpRaw(
  inside: Transaction,
  seconds: number,
  startMs: number,
  endMs: number,
): Promise<void> {
  const widthMs = BigInt(seconds * 1_000);
  await inside.$executeRaw`
    INSERT INTO "Rollup" ("seriesId", "resolutionSeconds", "bucketMs", "min", "max", "sum", "count", "last")
    SELECT "seriesId", ${seconds}, "bucket", MIN("value"), MAX("value"), SUM("value"), COUNT(*), MAX("last")
    FROM (
      SELECT p."seriesId" AS "seriesId", p."atMs" / ${widthMs} * ${widthMs} AS "bucket", p."value" AS "value",
             LAST_VALUE(p."value") OVER (
               PARTITION BY p."seriesId", p."atMs" / ${widthMs} ORDER BY p."atMs"
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "last"
      FROM "Series" s CROSS JOIN "Sample" p
      WHERE p."seriesId" = s."id" AND p."atMs" >= ${BigInt(startMs)} AND p."atMs" < ${BigInt(endMs)}
    ) AS points
    GROUP BY "seriesId", "bucket"
    ON CONFLICT ("seriesId", "resolutionSeconds", "bucketMs") DO NOTHING`;
}

async function rollUpFrom(
  inside: Transaction,
  fromSeconds: number,
  seconds: number,
  startMs: number,
  endMs: number,
): Promise<void> {
  const widthMs = BigInt(seconds * 1_000);
  await inside.$executeRaw`
    INSERT INTO "Rollup" ("seriesId", "resolutionSeconds", "bucketMs", "min", "max", "sum", "count", "last")
    SELECT "seriesId", ${seconds}, "bucket", MIN("min"), MAX("max"), SUM("sum"), SUM("count"), MAX("last")
    FROM (
      SELECT p."seriesId" AS "seriesId", p."bucketMs" / ${widthMs} * ${widthMs} AS "bucket",
             p."min" AS "min", p."max" AS "max", p."sum" AS "sum", p."count" AS "count",
             LAST_VALUE(p."last") OVER (
               PARTITION BY p."seriesId", p."bucketMs" / ${widthMs} ORDER BY p."bucketMs"
               ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "last"
      FROM "Series" s CROSS JOIN "Rollup" p
      WHERE p."seriesId" = s."id" AND p."resolutionSeconds" = ${fromSeconds}
        AND p."bucketMs" >= ${BigInt(startMs)} AND p."bucketMs" < ${BigInt(endMs)}
    ) AS buckets
    GROUP BY "seriesId", "bucket"
    ON CONFLICT ("seriesId", "resolutionSeconds", "bucketMs") DO NOTHING`;
}

/** Deletes points older than the plan keeps, then lines without any point left. Returns how many points went. */
export async function sweepHistory(database: Database, plan: RetentionPlan, nowMs: number): Promise<number> {
  const finest = plan.rollups[0];
  const rolled = finest === undefined ? nowMs : await rolledUpTo(database, finest.resolutionSeconds);
  if (rolled === null) return 0;
  const rawBefore = Math.min(nowMs - plan.rawKeepMs, rolled - DELETE_MARGIN_MS);
  let swept = await database.$executeRaw`
    DELETE FROM "Sample" WHERE "seriesId" IN (SELECT "id" FROM "Series") AND "atMs" < ${BigInt(rawBefore)}`;
  for (const [index, { resolutionSeconds, keepMs }] of plan.rollups.entries()) {
    const coarser = plan.rollups[index + 1];
    const needed = coarser === undefined ? nowMs : await rolledUpTo(database, coarser.resolutionSeconds);
    if (needed === null) continue;
    const before = Math.min(nowMs - keepMs, needed);
    swept += await database.$executeRaw`
      DELETE FROM "Rollup" WHERE "seriesId" IN (SELECT "id" FROM "Series")
        AND "resolutionSeconds" = ${resolutionSeconds} AND "bucketMs" < ${BigInt(before)}`;
  }
  return swept;
}

/** Removes lines that have neither a point nor a roll-up any more and are older than a day. */
export async function sweepSeries(database: Database, nowMs: number): Promise<number> {
  const before = BigInt(nowMs - 86_400_000);
  return database.$executeRaw`
    DELETE FROM "Series" WHERE "createdAtMs" < ${before}
      AND NOT EXISTS (SELECT 1 FROM "Sample" p WHERE p."seriesId" = "Series"."id")
      AND NOT EXISTS (SELECT 1 FROM "Rollup" r WHERE r."seriesId" = "Series"."id")`;
}
