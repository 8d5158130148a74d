/**
 * The small text files of a log directory and of a partition, in Kafka's layout: a version line, a count line, then
 * one entry a line. A file that cannot be understood counts as absent and is reported in one line: everything in them
 * can be had from the logs, only more slowly. They are replaced as a whole, so that a crash leaves the old or the new.
 */
import type { Disk } from '../platform/platform.ts';

const VERSION = '0';
const NUMBER = /^\d{1,16}$/;

/** Told why a file counts as absent. */
export type OnDamage = (problem: string) => void;

/** Key of a partition in checkpoint maps. Topic names hold no slash. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** The fields of each entry, or what is wrong with the file. */
function entryLines(text: string, fields: number): string[][] | string {
  // Else a number that was cut off would be another number.
  if (!text.endsWith('\n')) return 'is cut off: its last line has no end';
  const lines = text.split('\n');
  if (lines[0] !== VERSION) return `is not of version ${VERSION}`;
  const count = lines[1] ?? '';
  const entries = lines
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
  if (!NUMBER.test(count) || entries.length !== Number(count))
    return `has ${entries.length} entries instead of ${count === '' ? 'a number that it must name' : count}`;
  const bad = entries.find((entry) => entry.length !== fields);
  return bad === undefined ? entries : `has the line "${bad.join(' ')}"`;
}

function asText(lines: readonly string[]): string {
  return `${[VERSION, String(lines.length), ...lines].join('\n')}\n`;
}

function readText(disk: Disk, path: string): string | null {
  return disk.exists(path) ? disk.readFile(path).toString('utf8') : null;
}

function numberIn(text: string | undefined): number | null {
  const value = text !== undefined && NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** `topic partition offset` lines by partitionKey; empty when the file is missing or damaged. Throws DiskError. */
export function readOffsetCheckpoint(disk: Disk, path: string, onDamage: OnDamage): Map<string, number> {
  const text = readText(disk, path);
  const lines = text === null ? [] : entryLines(text, 3);
  const offsets = new Map<string, number>();
  if (typeof lines === 'string') {
    onDamage(lines);
    return offsets;
  }
  for (const line of lines) {
    const [topic = '', partitionText, offsetText] = line;
    const partition = numberIn(partitionText);
    const offset = numberIn(offsetText);
    if (topic === '' || partition === null || offset === null) {
      onDamage(`has the line "${line.join(' ')}"`);
      return new Map();
    }
    offsets.set(partitionKey(topic, partition), offset);
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

/** Empty when the file is missing or damaged: epochs and starts must rise together. Throws DiskError. */
export function readLeaderEpochs(disk: Disk, path: string, onDamage: OnDamage): LeaderEpochStart[] {
  const text = readText(disk, path);
  const lines = text === null ? [] : entryLines(text, 2);
  if (typeof lines === 'string') {
    onDamage(lines);
    return [];
  }
  const epochs: LeaderEpochStart[] = [];
  for (const line of lines) {
    const [epoch, startOffset] = line.map(numberIn);
    const last = epochs.at(-1);
    const rises =
      typeof epoch === 'number' &&
      typeof startOffset === 'number' &&
      (last === undefined || (epoch > last.epoch && startOffset > last.startOffset));
    if (!rises) {
      onDamage(`has the line "${line.join(' ')}"`);
      return [];
    }
    epochs.push({ epoch, startOffset });
  }
  return epochs;
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
