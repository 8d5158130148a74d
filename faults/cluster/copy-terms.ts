/** What copiers and whoever checks them agree on: the topics, what a copy looks like and where it goes. */
export const SOURCE = 'copy-source';
export const TARGET = 'copy-target';
export const GROUP = 'copy';
/** Of both topics; there is a copier for each of the source. */
export const PARTITIONS = 3;

export interface CopierSettings {
  readonly bootstrap: readonly string[];
  /** Of the source. */
  readonly partition: number;
  readonly endOffset: number;
  /** The protocol of transactions: 2 has the epoch raised by each. */
  readonly protocol: 1 | 2;
}

export function sourceValue(partition: number, offset: number): string {
  return `${String(partition)}:${String(offset)}`;
}

/** The copy of a value that is committed, or one that is aborted. */
export function copyOf(value: string, isGood: boolean): string {
  return `${isGood ? 'copy' : 'aborted'} ${value}`;
}

/** Of the target: each partition of the source goes to all of them. */
export function partitionOf(value: string): number {
  const [partition, offset] = value.split(':').map(Number);
  return ((partition ?? 0) + (offset ?? 0)) % PARTITIONS;
}
