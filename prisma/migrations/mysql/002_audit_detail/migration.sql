-- AlterTable
ALTER TABLE "AuditEntry" ADD COLUMN "detail" LONGTEXT;
