-- AlterTable
ALTER TABLE "AlertRule" ADD COLUMN "settings" LONGTEXT NOT NULL;

-- AlterTable
ALTER TABLE "Incident" ADD COLUMN "type" VARCHAR(191) NOT NULL DEFAULT 'group-lag';
ALTER TABLE "Incident" ADD COLUMN "broker" INTEGER;
ALTER TABLE "Incident" ADD COLUMN "status" LONGTEXT;
ALTER TABLE "Incident" ADD COLUMN "reason" LONGTEXT;
ALTER TABLE "Incident" ADD COLUMN "noDataSinceMs" BIGINT;
ALTER TABLE "Incident" ADD COLUMN "causedBy" VARCHAR(191);
ALTER TABLE "Incident" ADD COLUMN "causeSeenMs" BIGINT;

-- AlterTable
ALTER TABLE "Silence" ADD COLUMN "broker" INTEGER;
