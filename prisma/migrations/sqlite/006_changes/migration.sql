-- CreateTable
CREATE TABLE "ClusterChange" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "cluster" TEXT NOT NULL,
    "atMs" BIGINT NOT NULL,
    "sinceMs" BIGINT,
    "change" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "ClusterChange_cluster_atMs_idx" ON "ClusterChange"("cluster", "atMs");

-- CreateIndex
CREATE INDEX "ClusterChange_atMs_idx" ON "ClusterChange"("atMs");
