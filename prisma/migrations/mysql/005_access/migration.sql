-- AlterTable
ALTER TABLE "User" ADD COLUMN "clusters" LONGTEXT;
ALTER TABLE "User" ADD COLUMN "externalId" VARCHAR(191);

-- AlterTable
ALTER TABLE "ApiToken" ADD COLUMN "userId" VARCHAR(191);

-- CreateIndex
CREATE UNIQUE INDEX "User_externalId_key" ON "User"("externalId");

-- CreateIndex
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");
