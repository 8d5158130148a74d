-- No version kept history in this kind of database as a row for each point: there is nothing to take over.

-- CreateTable
CREATE TABLE "Round" (
    "cluster" VARCHAR(191) NOT NULL,
    "atMs" BIGINT NOT NULL,
    "isKey" BOOLEAN NOT NULL,

    PRIMARY KEY ("cluster", "atMs")
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- AlterTable
ALTER TABLE "Sample" MODIFY "value" DOUBLE;

-- CreateTable
CREATE TABLE "Chunk" (
    "seriesId" INTEGER NOT NULL,
    "resolutionSeconds" INTEGER NOT NULL,
    "startMs" BIGINT NOT NULL,
    "points" LONGTEXT NOT NULL,

    PRIMARY KEY ("seriesId", "resolutionSeconds", "startMs")
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- DropTable
DROP TABLE "Rollup";

-- CreateIndex
CREATE INDEX "Chunk_resolutionSeconds_startMs_idx" ON "Chunk"("resolutionSeconds", "startMs");
