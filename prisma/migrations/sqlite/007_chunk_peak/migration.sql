-- AlterTable
ALTER TABLE "Chunk" ADD COLUMN "peak" REAL;
