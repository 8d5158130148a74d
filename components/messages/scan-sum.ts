/**
 * How far was looked, over all answers to one question: the first and those that "more" brought. PURE. The stretches of a partition
 * join; an answer that did not look into a partition says nothing of it.
 */
import type { Messages, Scanned } from '../../console/contracts/messages.ts';

export type ScannedPartition = Scanned['partitions'][number];

export interface ScanSum extends Scanned {
  /** Nothing is left to look at. */
  readonly isAll: boolean;
  readonly order: Messages['order'];
}

/** Null for no answers. */
export function sumOfScans(
  answers: readonly Pick<Messages, 'scanned' | 'nextCursor' | 'order'>[],
): ScanSum | null {
  const last = answers.at(-1);
  if (last === undefined) return null;
  const partitions = new Map<number, ScannedPartition>();
  const sums = { records: 0, bytes: 0, seconds: 0, controlBatches: 0, abortedBatches: 0 };
  for (const { scanned } of answers) {
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += scanned[name];
    for (const each of scanned.partitions) {
      const before = partitions.get(each.partition);
      partitions.set(each.partition, before === undefined ? each : joined(before, each));
    }
  }
  return {
    ...sums,
    partitions: [...partitions.values()].sort((a, b) => a.partition - b.partition),
    stoppedBy: last.scanned.stoppedBy,
    unreadable: answers.flatMap(({ scanned }) => scanned.unreadable),
    unanswered: last.scanned.unanswered,
    isAll: last.nextCursor === null,
    order: last.order,
  };
}

const isEmpty = ({ from, to }: ScannedPartition): boolean => from >= to;

function joined(before: ScannedPartition, after: ScannedPartition): ScannedPartition {
  const log = { startOffset: after.startOffset, endOffset: after.endOffset };
  if (isEmpty(after)) return { ...before, ...log };
  if (isEmpty(before)) return after;
  return {
    ...after,
    from: Math.min(before.from, after.from),
    to: Math.max(before.to, after.to),
  };
}
