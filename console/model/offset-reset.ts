/**
 * Where a group's offsets would go. Pure. The rules are those of kafka-consumer-groups.sh: an offset and a shift stay inside
 * the partition, a time after the last record means its end, `current` without a commit means the end, and there is
 * nothing to shift where nothing was committed.
 */
import type { OffsetMove, ResetTarget } from '../contracts/groups.ts';

/** One partition as it is at the moment of asking. */
export interface PartitionReading {
  readonly topic: string;
  readonly partition: number;
  readonly committedOffset: number | null;
  readonly earliestOffset: number;
  readonly latestOffset: number;
  /** Of the first record at or after the asked time; null when there is none, or no time was asked for. */
  readonly offsetAtTime: number | null;
}

export interface ResetAim {
  readonly to: ResetTarget;
  /** Of offset and shift. */
  readonly value: number | null;
}

export function planReset(readings: readonly PartitionReading[], aim: ResetAim): OffsetMove[] {
  return readings.map((reading) => planPartition(reading, aim));
}

function planPartition(reading: PartitionReading, { to, value }: ResetAim): OffsetMove {
  const { topic, partition, committedOffset, earliestOffset, latestOffset } = reading;
  const move = { topic, partition, oldOffset: committedOffset, earliestOffset, latestOffset };
  const straight = (newOffset: number, note: string | null = null): OffsetMove => ({
    ...move,
    newOffset,
    clamped: false,
    note,
  });
  const inside = (wanted: number): OffsetMove => {
    const newOffset = Math.min(Math.max(wanted, earliestOffset), latestOffset);
    const clamped = newOffset !== wanted;
    const note = !clamped
      ? null
      : wanted < earliestOffset
        ? `${wanted} is before the first offset; taken is the first one`
        : `${wanted} is after the last offset; taken is the end`;
    return { ...move, newOffset, clamped, note };
  };
  switch (to) {
    case 'earliest':
      return straight(earliestOffset);
    case 'latest':
      return straight(latestOffset);
    case 'current':
      return committedOffset === null
        ? straight(latestOffset, 'nothing was committed; taken is the end')
        : straight(committedOffset);
    case 'timestamp':
    case 'duration':
      return reading.offsetAtTime === null
        ? straight(latestOffset, 'no record is that young; taken is the end')
        : inside(reading.offsetAtTime);
    case 'offset':
      return inside(value ?? latestOffset);
    case 'shift':
      return committedOffset === null
        ? {
            ...move,
            newOffset: null,
            clamped: false,
            note: 'nothing was committed, so nothing can be shifted',
          }
        : inside(committedOffset + (value ?? 0));
  }
}
