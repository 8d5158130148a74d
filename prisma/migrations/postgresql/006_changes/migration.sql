-- CreateTable
CREATE TABLE "ClusterChange" (
    "id" SERIAL NOT NULL,
    "cluster" TEXT COLLATE "C" NOT NULL,
    "atMs" BIGINT NOT NULL,
    "sinceMs" BIGINT,
    "change" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "ClusterChange_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ClusterChange_cluster_atMs_idx" ON "ClusterChange"("cluster", "atMs");

-- CreateIndex
CREATE INDEX "ClusterChange_atMs_idx" ON "ClusterChange"("atMs");
