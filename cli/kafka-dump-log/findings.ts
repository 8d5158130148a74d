/**
 * What is wrong with the dumped files, gathered while they are printed and said at the end on standard error, in the
 * sections of Kafka's tool. Files are named by their absolute path and stand in the order in which they were dumped.
 */

interface Pair {
  readonly first: bigint;
  readonly second: bigint;
}

export class Findings {
  readonly #mismatches = new Map<string, Map<bigint, bigint>>();
  readonly #timestampMismatches = new Map<string, Pair[]>();
  readonly #outOfOrder = new Map<string, Pair[]>();
  readonly #notFound = new Map<string, Pair[]>();
  readonly #nonConsecutive = new Map<string, Map<bigint, bigint>>();

  /** An index entry whose offset is not the last one of the batch it points at. */
  offsetMismatch(file: string, indexOffset: bigint, logOffset: bigint): void {
    mapOf(this.#mismatches, file).set(indexOffset, logOffset);
  }

  /** A time index entry whose timestamp is not the largest of its batch. */
  timestampMismatch(file: string, indexTimestampMs: bigint, logTimestampMs: bigint): void {
    listOf(this.#timestampMismatches, file).push({ first: indexTimestampMs, second: logTimestampMs });
  }

  timestampOutOfOrder(file: string, timestampMs: bigint, previousMs: bigint): void {
    listOf(this.#outOfOrder, file).push({ first: timestampMs, second: previousMs });
  }

  /** `logOffset` is -1 when the log ends before the indexed offset. */
  offsetNotFound(file: string, indexOffset: bigint, logOffset: bigint): void {
    listOf(this.#notFound, file).push({ first: indexOffset, second: logOffset });
  }

  nonConsecutiveOffsets(file: string, before: bigint, after: bigint): void {
    mapOf(this.#nonConsecutive, file).set(before, after);
  }

  *lines(): Generator<string> {
    for (const [file, pairs] of this.#mismatches) {
      yield `Mismatches in :${file}`;
      for (const [index, log] of sortedPairs(pairs).reverse())
        yield `  Index offset: ${String(index)}, log offset: ${String(log)}`;
    }
    for (const [file, pairs] of this.#timestampMismatches) {
      yield `Found timestamp mismatch in :${file}`;
      for (const { first, second } of pairs)
        yield `  Index timestamp: ${String(first)}, log timestamp: ${String(second)}`;
    }
    for (const [file, pairs] of this.#outOfOrder) {
      yield `Found out of order timestamp in :${file}`;
      for (const { first, second } of pairs)
        yield `  Index timestamp: ${String(first)}, Previously indexed timestamp: ${String(second)}`;
    }
    for (const [file, pairs] of this.#notFound) {
      yield `The following indexed offsets are not found in :${file}`;
      for (const { first, second } of pairs)
        yield `Indexed offset: ${String(first)}, found log offset: ${String(second)}`;
    }
    for (const [file, pairs] of this.#nonConsecutive) {
      yield `Non-consecutive offsets in ${file}`;
      for (const [before, after] of sortedPairs(pairs))
        yield `  ${String(before)} is followed by ${String(after)}`;
    }
  }
}

function mapOf(all: Map<string, Map<bigint, bigint>>, file: string): Map<bigint, bigint> {
  const known = all.get(file) ?? new Map<bigint, bigint>();
  all.set(file, known);
  return known;
}

function listOf(all: Map<string, Pair[]>, file: string): Pair[] {
  const known = all.get(file) ?? [];
  all.set(file, known);
  return known;
}

function sortedPairs(pairs: ReadonlyMap<bigint, bigint>): (readonly [bigint, bigint])[] {
  return [...pairs].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
