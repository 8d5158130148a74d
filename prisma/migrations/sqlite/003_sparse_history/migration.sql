-- History of earlier versions had a row for each point and each roll-up. All of it is kept: each of its rounds becomes a
-- key round, and whole chunks of roll-ups become a chunk each; the last, unfinished one is made again out of finer ones.

-- CreateTable
CREATE TABLE "Round" (
    "cluster" TEXT NOT NULL,
    "atMs" BIGINT NOT NULL,
    "isKey" BOOLEAN NOT NULL,

    PRIMARY KEY ("cluster", "atMs")
) WITHOUT ROWID;
INSERT INTO "Round" SELECT DISTINCT s."cluster", p."atMs", true FROM "Sample" p JOIN "Series" s ON s."id" = p."seriesId";

-- RedefineTables
CREATE TABLE "new_Sample" (
    "seriesId" INTEGER NOT NULL,
    "atMs" BIGINT NOT NULL,
    "value" REAL,

    PRIMARY KEY ("seriesId", "atMs")
) WITHOUT ROWID;
INSERT INTO "new_Sample" SELECT "seriesId", "atMs", "value" FROM "Sample";
DROP TABLE "Sample";
ALTER TABLE "new_Sample" RENAME TO "Sample";

-- CreateTable
CREATE TABLE "Chunk" (
    "seriesId" INTEGER NOT NULL,
    "resolutionSeconds" INTEGER NOT NULL,
    "startMs" BIGINT NOT NULL,
    "points" TEXT NOT NULL,

    PRIMARY KEY ("seriesId", "resolutionSeconds", "startMs")
);
INSERT INTO "Setting"
SELECT 'history.chunkedTo.60', CAST(CAST("value" AS INTEGER) / 3600000 * 3600000 AS TEXT), "updatedAt"
FROM "Setting" WHERE "key" = 'history.rolledUpTo.60'
UNION ALL
SELECT 'history.chunkedTo.600', CAST(CAST("value" AS INTEGER) / 21600000 * 21600000 AS TEXT), "updatedAt"
FROM "Setting" WHERE "key" = 'history.rolledUpTo.600'
UNION ALL
SELECT 'history.chunkedTo.3600', CAST(CAST("value" AS INTEGER) / 86400000 * 86400000 AS TEXT), "updatedAt"
FROM "Setting" WHERE "key" = 'history.rolledUpTo.3600';
INSERT INTO "Chunk"
SELECT "seriesId", "resolutionSeconds", "startMs", '[' || group_concat("point", ',') || ']'
FROM (
    SELECT r."seriesId", r."resolutionSeconds",
           r."bucketMs" / w."widthMs" * w."widthMs" AS "startMs",
           json_array(r."bucketMs", r."min", r."max", r."sum", r."count", r."last") AS "point"
    FROM "Rollup" r
    JOIN (SELECT 60 AS "seconds", 3600000 AS "widthMs" UNION ALL SELECT 600, 21600000 UNION ALL SELECT 3600, 86400000) w
      ON w."seconds" = r."resolutionSeconds"
    JOIN "Setting" s ON s."key" = 'history.chunkedTo.' || r."resolutionSeconds"
    WHERE r."bucketMs" < CAST(s."value" AS INTEGER)
    ORDER BY r."seriesId", r."resolutionSeconds", r."bucketMs"
)
GROUP BY "seriesId", "resolutionSeconds", "startMs";
DELETE FROM "Setting" WHERE "key" LIKE 'history.rolledUpTo.%';
DROP TABLE "Rollup";

-- CreateIndex
CREATE INDEX "Chunk_resolutionSeconds_startMs_idx" ON "Chunk"("resolutionSeconds", "startMs");
