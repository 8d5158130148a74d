-- No version kept history in this kind of database as a row for each point: there is nothing to take over.

-- CreateTable
CREATE TABLE "Round" (
    "cluster" TEXT COLLATE "C" NOT NULL,
    "atMs" BIGINT NOT NULL,
    "isKey" BOOLEAN NOT NULL,

    PRIMARY KEY ("cluster", "atMs")
);

-- AlterTable
ALTER TABLE "Sample" ALTER COLUMN "value" DROP NOT NULL;

-- CreateTable
CREATE TABLE "Chunk" (
    "seriesId" INTEGER NOT NULL,
    "resolutionSeconds" INTEGER NOT NULL,
    "startMs" BIGINT NOT NULL,
    "points" TEXT COLLATE "C" NOT NULL,

    PRIMARY KEY ("seriesId", "resolutionSeconds", "startMs")
);

-- DropTable
DROP TABLE "Rollup";

-- CreateIndex
CREATE INDEX "Chunk_resolutionSeconds_startMs_idx" ON "Chunk"("resolutionSeconds", "startMs");
