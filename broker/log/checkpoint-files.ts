/**
 * The small text files of a log directory and of a partition, in Kafka's layout: a version line, a count line, then
 * one entry a line. A file that cannot be understood counts as absent: everything in them can be had from the logs,
 * only more slowly.
 */
import type { Disk } from '../platform/platform.ts';

const VERSION = 0;

/** Key of a partition in checkpoint maps. Topic names hold no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function entryLines(text: string, fields: number): string[][] | null {
  const lines = text.split('\n');
  if (lines[0] !== String(VERSION)) return null;
  const count = Number(lines[1]);
  const entries = lines
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
  if (entries.length !== count || entries.some((entry) => entry.length !== fields)) return null;
  return entries;
}

function asText(lines: readonly string[]): string {
  return `${[String(VERSION), String(lines.length), ...lines].join('\n')}\n`;
}

function readText(disk: Disk, path: string): string | null {
  return disk.exists(path) ? disk.readFile(path).toString('utf8') : null;
}

/** `topic partition offset` lines by partitionKey; null when the file is missing or damaged. */
export function readOffsetCheckpoint(disk: Disk, path: string): Map<string, number> | null {
  const text = readText(disk, path);
  const lines = text === null ? null : entryLines(text, 3);
  if (lines === null) return null;
  const offsets = new Map<string, number>();
  for (const [topic, partition, offset] of lines) {
    const value = Number(offset);
    if (topic === undefined || !Number.isSafeInteger(value) || value < 0) return null;
    offsets.set(partitionKey(topic, Number(partition)), value);
  }
  return offsets;
}

export async function writeOffsetCheckpoint(
  disk: Disk,
  path: string,
  offsets: ReadonlyMap<string, number>,
): Promise<void> {
  const lines = [...offsets].map(([key, offset]) => `${key.replace('/', ' ')} ${offset}`);
  await disk.replaceFile(path, Buffer.from(asText(lines)));
}

export interface LeaderEpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

export function readLeaderEpochs(disk: Disk, path: string): LeaderEpochStart[] {
  const text = readText(disk, path);
  const lines = text === null ? null : entryLines(text, 2);
  const epochs = (lines ?? []).map(([epoch, start]) => ({
    epoch: Number(epoch),
    startOffset: Number(start),
  }));
  const isGood = epochs.every(
    ({ epoch, startOffset }) => Number.isSafeInteger(epoch) && Number.isSafeInteger(startOffset),
  );
  return isGood ? epochs : [];
}

export function leaderEpochsText(epochs: readonly LeaderEpochStart[]): Buffer {
  return Buffer.from(asText(epochs.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`)));
}

/** The topic id in partition.metadata, or null. */
export function readTopicId(disk: Disk, path: string): string | null {
  const match = /^topic_id: ([A-Za-z0-9_-]{22})$/m.exec(readText(disk, path) ?? '');
  return match?.[1] ?? null;
}

export function topicIdText(topicId: string): Buffer {
  return Buffer.from(`version: 0\ntopic_id: ${topicId}`);
}
