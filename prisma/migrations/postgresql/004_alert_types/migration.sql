-- AlterTable
ALTER TABLE "AlertRule" ADD COLUMN "settings" TEXT COLLATE "C" NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "Incident" ADD COLUMN "type" TEXT COLLATE "C" NOT NULL DEFAULT 'group-lag';
ALTER TABLE "Incident" ADD COLUMN "broker" INTEGER;
ALTER TABLE "Incident" ADD COLUMN "status" TEXT COLLATE "C";
ALTER TABLE "Incident" ADD COLUMN "reason" TEXT COLLATE "C";
ALTER TABLE "Incident" ADD COLUMN "noDataSinceMs" BIGINT;
ALTER TABLE "Incident" ADD COLUMN "causedBy" TEXT COLLATE "C";
ALTER TABLE "Incident" ADD COLUMN "causeSeenMs" BIGINT;

-- AlterTable
ALTER TABLE "Silence" ADD COLUMN "broker" INTEGER;
