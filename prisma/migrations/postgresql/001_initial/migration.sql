-- CreateTable
CREATE TABLE "User" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT COLLATE "C" NOT NULL,
    "passwordHash" TEXT COLLATE "C" NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "tokenVersion" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "lastLoginAt" TIMESTAMP(3)
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "userId" TEXT COLLATE "C" NOT NULL,
    "tokenVersion" INTEGER NOT NULL,
    "ip" TEXT COLLATE "C" NOT NULL,
    "userAgent" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "lastSeenAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT COLLATE "C" NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "sha256" TEXT COLLATE "C" NOT NULL,
    "createdBy" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3),
    "lastUsedAt" TIMESTAMP(3)
);

-- CreateTable
CREATE TABLE "FailedTry" (
    "id" SERIAL PRIMARY KEY,
    "kind" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL,
    "atMs" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" SERIAL PRIMARY KEY,
    "at" TIMESTAMP(3) NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "ip" TEXT COLLATE "C" NOT NULL,
    "action" TEXT COLLATE "C" NOT NULL,
    "cluster" TEXT COLLATE "C",
    "target" TEXT COLLATE "C" NOT NULL,
    "result" TEXT COLLATE "C" NOT NULL
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "value" TEXT COLLATE "C" NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL
);

-- CreateTable
CREATE TABLE "Cluster" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT COLLATE "C" NOT NULL,
    "bootstrap" TEXT COLLATE "C" NOT NULL,
    "settings" TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    "secret" TEXT COLLATE "C",
    "readOnly" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "createdBy" TEXT COLLATE "C" NOT NULL
);

-- CreateTable
CREATE TABLE "Series" (
    "id" SERIAL PRIMARY KEY,
    "key" TEXT COLLATE "C" NOT NULL,
    "cluster" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "topic" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "groupId" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "broker" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "partition" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "createdAtMs" BIGINT NOT NULL,
    "lastAtMs" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "Sample" (
    "seriesId" INTEGER NOT NULL,
    "atMs" BIGINT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    PRIMARY KEY ("seriesId", "atMs")
);

-- CreateTable
CREATE TABLE "Rollup" (
    "seriesId" INTEGER NOT NULL,
    "resolutionSeconds" INTEGER NOT NULL,
    "bucketMs" BIGINT NOT NULL,
    "min" DOUBLE PRECISION NOT NULL,
    "max" DOUBLE PRECISION NOT NULL,
    "sum" DOUBLE PRECISION NOT NULL,
    "count" INTEGER NOT NULL,
    "last" DOUBLE PRECISION NOT NULL,

    PRIMARY KEY ("seriesId", "resolutionSeconds", "bucketMs")
);

-- CreateTable
CREATE TABLE "AlertRule" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT COLLATE "C" NOT NULL,
    "type" TEXT COLLATE "C" NOT NULL,
    "cluster" TEXT COLLATE "C" NOT NULL,
    "groupId" TEXT COLLATE "C",
    "topic" TEXT COLLATE "C",
    "threshold" DOUBLE PRECISION NOT NULL,
    "unit" TEXT COLLATE "C" NOT NULL,
    "forSeconds" INTEGER NOT NULL,
    "repeatSeconds" INTEGER NOT NULL,
    "maxTimes" INTEGER,
    "level" TEXT COLLATE "C" NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "createdBy" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL
);

-- CreateTable
CREATE TABLE "Channel" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "name" TEXT COLLATE "C" NOT NULL,
    "type" TEXT COLLATE "C" NOT NULL,
    "settings" TEXT COLLATE "C" NOT NULL,
    "secret" TEXT COLLATE "C",
    "enabled" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL
);

-- CreateTable
CREATE TABLE "RuleChannel" (
    "ruleId" TEXT COLLATE "C" NOT NULL,
    "channelId" TEXT COLLATE "C" NOT NULL,

    PRIMARY KEY ("ruleId", "channelId"),
    CONSTRAINT "RuleChannel_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlertRule" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "RuleChannel_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "RuleState" (
    "ruleId" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL,
    "pendingSinceMs" BIGINT,
    "firingSinceMs" BIGINT,
    "incidentId" TEXT COLLATE "C",
    "lastValue" DOUBLE PRECISION,
    "lastEvaluatedMs" BIGINT NOT NULL,

    PRIMARY KEY ("ruleId", "subject"),
    CONSTRAINT "RuleState_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "AlertRule" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Incident" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "ruleId" TEXT COLLATE "C" NOT NULL,
    "ruleName" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C" NOT NULL,
    "cluster" TEXT COLLATE "C" NOT NULL,
    "groupId" TEXT COLLATE "C",
    "topic" TEXT COLLATE "C",
    "level" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "unit" TEXT COLLATE "C" NOT NULL,
    "value" DOUBLE PRECISION,
    "peakValue" DOUBLE PRECISION,
    "timesNotified" INTEGER NOT NULL DEFAULT 0,
    "lastNotifiedAt" TIMESTAMP(3),
    "startedAt" TIMESTAMP(3) NOT NULL,
    "resolvedAt" TIMESTAMP(3),
    "acknowledgedBy" TEXT COLLATE "C",
    "acknowledgedAt" TIMESTAMP(3)
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "incidentId" TEXT COLLATE "C" NOT NULL,
    "channelId" TEXT COLLATE "C" NOT NULL,
    "channelName" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "payload" TEXT COLLATE "C" NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "nextAttemptAtMs" BIGINT,
    "sentAt" TIMESTAMP(3),
    "lastError" TEXT COLLATE "C",
    CONSTRAINT "Delivery_incidentId_fkey" FOREIGN KEY ("incidentId") REFERENCES "Incident" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Silence" (
    "id" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "cluster" TEXT COLLATE "C" NOT NULL,
    "ruleId" TEXT COLLATE "C",
    "groupId" TEXT COLLATE "C",
    "topic" TEXT COLLATE "C",
    "startsAt" TIMESTAMP(3) NOT NULL,
    "endsAt" TIMESTAMP(3) NOT NULL,
    "comment" TEXT COLLATE "C" NOT NULL,
    "createdBy" TEXT COLLATE "C" NOT NULL
);

-- CreateTable
CREATE TABLE "Lease" (
    "name" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    "holder" TEXT COLLATE "C" NOT NULL,
    "expiresAtMs" BIGINT NOT NULL
);

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
