-- CreateTable
CREATE TABLE "ClusterChange" (
    "id" INTEGER NOT NULL AUTO_INCREMENT,
    "cluster" VARCHAR(191) NOT NULL,
    "atMs" BIGINT NOT NULL,
    "sinceMs" BIGINT,
    "change" LONGTEXT NOT NULL,

    CONSTRAINT "ClusterChange_pkey" PRIMARY KEY ("id")
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateIndex
CREATE INDEX "ClusterChange_cluster_atMs_idx" ON "ClusterChange"("cluster", "atMs");

-- CreateIndex
CREATE INDEX "ClusterChange_atMs_idx" ON "ClusterChange"("atMs");
