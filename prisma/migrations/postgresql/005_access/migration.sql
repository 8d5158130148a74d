-- AlterTable
ALTER TABLE "User" ADD COLUMN "clusters" TEXT COLLATE "C";
ALTER TABLE "User" ADD COLUMN "externalId" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "ApiToken" ADD COLUMN "userId" TEXT COLLATE "C";

-- CreateIndex
CREATE UNIQUE INDEX "User_externalId_key" ON "User"("externalId");

-- CreateIndex
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");
