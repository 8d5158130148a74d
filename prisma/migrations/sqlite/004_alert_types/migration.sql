-- AlterTable
ALTER TABLE "AlertRule" ADD COLUMN "settings" TEXT NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "Incident" ADD COLUMN "type" TEXT NOT NULL DEFAULT 'group-lag';
ALTER TABLE "Incident" ADD COLUMN "broker" INTEGER;
ALTER TABLE "Incident" ADD COLUMN "status" TEXT;
ALTER TABLE "Incident" ADD COLUMN "reason" TEXT;
ALTER TABLE "Incident" ADD COLUMN "noDataSinceMs" BIGINT;
ALTER TABLE "Incident" ADD COLUMN "causedBy" TEXT;
ALTER TABLE "Incident" ADD COLUMN "causeSeenMs" BIGINT;

-- AlterTable
ALTER TABLE "Silence" ADD COLUMN "broker" INTEGER;
