-- Texts are compared byte by byte, as elsewhere; only the audit is searched without regard to case.

-- CreateTable
CREATE TABLE "User" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "name" VARCHAR(191) NOT NULL,
    "passwordHash" LONGTEXT NOT NULL,
    "role" VARCHAR(191) NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "tokenVersion" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME(3) NOT NULL,
    "lastLoginAt" DATETIME(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Session" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "userId" VARCHAR(191) NOT NULL,
    "tokenVersion" INTEGER NOT NULL,
    "ip" LONGTEXT NOT NULL,
    "userAgent" LONGTEXT NOT NULL,
    "createdAt" DATETIME(3) NOT NULL,
    "lastSeenAt" DATETIME(3) NOT NULL,
    "expiresAt" DATETIME(3) NOT NULL,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "name" LONGTEXT NOT NULL,
    "role" VARCHAR(191) NOT NULL,
    "sha256" VARCHAR(191) NOT NULL,
    "createdBy" LONGTEXT NOT NULL,
    "createdAt" DATETIME(3) NOT NULL,
    "expiresAt" DATETIME(3),
    "lastUsedAt" DATETIME(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "FailedTry" (
    "id" INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    "kind" VARCHAR(191) NOT NULL,
    "subject" VARCHAR(500) NOT NULL,
    "atMs" BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    "at" DATETIME(3) NOT NULL,
    "actor" LONGTEXT NOT NULL,
    "ip" LONGTEXT NOT NULL,
    "action" LONGTEXT NOT NULL,
    "cluster" LONGTEXT,
    "target" LONGTEXT NOT NULL,
    "result" LONGTEXT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;

-- CreateTable
CREATE TABLE "Setting" (
    "key" VARCHAR(191) NOT NULL PRIMARY KEY,
    "value" LONGTEXT NOT NULL,
    "updatedAt" DATETIME(3) NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Cluster" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "name" VARCHAR(191) NOT NULL,
    "bootstrap" LONGTEXT NOT NULL,
    "settings" LONGTEXT NOT NULL,
    "secret" LONGTEXT,
    "readOnly" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME(3) NOT NULL,
    "createdBy" LONGTEXT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Series" (
    "id" INTEGER NOT NULL AUTO_INCREMENT PRIMARY KEY,
    "key" VARCHAR(191) NOT NULL,
    "cluster" VARCHAR(191) NOT NULL,
    "name" VARCHAR(191) NOT NULL,
    "topic" VARCHAR(300) NOT NULL DEFAULT '',
    "groupId" LONGTEXT NOT NULL,
    "broker" VARCHAR(191) NOT NULL DEFAULT '',
    "partition" VARCHAR(191) NOT NULL DEFAULT '',
    "createdAtMs" BIGINT NOT NULL,
    "lastAtMs" BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Sample" (
    "seriesId" INTEGER NOT NULL,
    "atMs" BIGINT NOT NULL,
    "value" DOUBLE NOT NULL,

    PRIMARY KEY ("seriesId", "atMs")
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Rollup" (
    "seriesId" INTEGER NOT NULL,
    "resolutionSeconds" INTEGER NOT NULL,
    "bucketMs" BIGINT NOT NULL,
    "min" DOUBLE NOT NULL,
    "max" DOUBLE NOT NULL,
    "sum" DOUBLE NOT NULL,
    "count" INTEGER NOT NULL,
    "last" DOUBLE NOT NULL,

    PRIMARY KEY ("seriesId", "resolutionSeconds", "bucketMs")
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "AlertRule" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "name" LONGTEXT NOT NULL,
    "type" VARCHAR(191) NOT NULL,
    "cluster" VARCHAR(191) NOT NULL,
    "groupId" LONGTEXT,
    "topic" VARCHAR(300),
    "threshold" DOUBLE NOT NULL,
    "unit" VARCHAR(191) NOT NULL,
    "forSeconds" INTEGER NOT NULL,
    "repeatSeconds" INTEGER NOT NULL,
    "maxTimes" INTEGER,
    "level" VARCHAR(191) NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "createdBy" LONGTEXT NOT NULL,
    "createdAt" DATETIME(3) NOT NULL,
    "updatedAt" DATETIME(3) NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Channel" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "name" LONGTEXT NOT NULL,
    "type" VARCHAR(191) NOT NULL,
    "settings" LONGTEXT NOT NULL,
    "secret" LONGTEXT,
    "enabled" BOOLEAN NOT NULL,
    "createdAt" DATETIME(3) NOT NULL,
    "updatedAt" DATETIME(3) NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "RuleChannel" (
    "ruleId" VARCHAR(191) NOT NULL,
    "channelId" VARCHAR(191) NOT NULL,

    PRIMARY KEY ("ruleId", "channelId"),
    CONSTRAINT "RuleChannel_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlertRule" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "RuleChannel_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "RuleState" (
    "ruleId" VARCHAR(191) NOT NULL,
    "subject" VARCHAR(560) NOT NULL,
    "pendingSinceMs" BIGINT,
    "firingSinceMs" BIGINT,
    "incidentId" VARCHAR(191),
    "lastValue" DOUBLE,
    "lastEvaluatedMs" BIGINT NOT NULL,

    PRIMARY KEY ("ruleId", "subject"),
    CONSTRAINT "RuleState_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlertRule" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Incident" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "ruleId" VARCHAR(191) NOT NULL,
    "ruleName" LONGTEXT NOT NULL,
    "subject" LONGTEXT NOT NULL,
    "cluster" VARCHAR(191) NOT NULL,
    "groupId" LONGTEXT,
    "topic" VARCHAR(300),
    "level" VARCHAR(191) NOT NULL,
    "state" VARCHAR(191) NOT NULL,
    "threshold" DOUBLE NOT NULL,
    "unit" VARCHAR(191) NOT NULL,
    "value" DOUBLE,
    "peakValue" DOUBLE,
    "timesNotified" INTEGER NOT NULL DEFAULT 0,
    "lastNotifiedAt" DATETIME(3),
    "startedAt" DATETIME(3) NOT NULL,
    "resolvedAt" DATETIME(3),
    "acknowledgedBy" LONGTEXT,
    "acknowledgedAt" DATETIME(3)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Delivery" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "incidentId" VARCHAR(191) NOT NULL,
    "channelId" VARCHAR(191) NOT NULL,
    "channelName" LONGTEXT NOT NULL,
    "kind" VARCHAR(191) NOT NULL,
    "state" VARCHAR(191) NOT NULL,
    "payload" LONGTEXT NOT NULL,
    "messageId" VARCHAR(191) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "createdAt" DATETIME(3) NOT NULL,
    "nextAttemptAtMs" BIGINT,
    "sentAt" DATETIME(3),
    "lastError" LONGTEXT,
    CONSTRAINT "Delivery_incidentId_fkey" FOREIGN KEY ("incidentId") REFERENCES "Incident" ("id") ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Silence" (
    "id" VARCHAR(191) NOT NULL PRIMARY KEY,
    "cluster" VARCHAR(191) NOT NULL,
    "ruleId" VARCHAR(191),
    "groupId" LONGTEXT,
    "topic" VARCHAR(300),
    "startsAt" DATETIME(3) NOT NULL,
    "endsAt" DATETIME(3) NOT NULL,
    "comment" LONGTEXT NOT NULL,
    "createdBy" LONGTEXT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE "Lease" (
    "name" VARCHAR(191) NOT NULL PRIMARY KEY,
    "holder" VARCHAR(191) NOT NULL,
    "expiresAtMs" BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_sha256_key" ON "ApiToken"("sha256");

-- CreateIndex
CREATE INDEX "FailedTry_kind_subject_atMs_idx" ON "FailedTry"("kind", "subject", "atMs");

-- CreateIndex
CREATE INDEX "FailedTry_atMs_idx" ON "FailedTry"("atMs");

-- CreateIndex
CREATE UNIQUE INDEX "Series_key_key" ON "Series"("key");

-- CreateIndex
CREATE INDEX "Series_cluster_name_idx" ON "Series"("cluster", "name");

-- CreateIndex
CREATE INDEX "Series_lastAtMs_idx" ON "Series"("lastAtMs");

-- CreateIndex
CREATE INDEX "Incident_state_startedAt_idx" ON "Incident"("state", "startedAt");

-- CreateIndex
CREATE INDEX "Incident_ruleId_idx" ON "Incident"("ruleId");

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_messageId_key" ON "Delivery"("messageId");

-- CreateIndex
CREATE INDEX "Delivery_state_nextAttemptAtMs_idx" ON "Delivery"("state", "nextAttemptAtMs");

-- CreateIndex
CREATE INDEX "Delivery_incidentId_idx" ON "Delivery"("incidentId");

-- CreateIndex
CREATE INDEX "Silence_endsAt_idx" ON "Silence"("endsAt");
