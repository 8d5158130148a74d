/**
 * How many bytes become readable when the high watermark moves: appends that are not committed yet, oldest first.
 * Bounded: when too many wait, the newest are taken together, and count when the last of them is committed.
 */
const MAX_ENTRIES = 256;

export class UncommittedBytes {
  #entries: { endOffset: number; bytes: number }[] = [];

  /** An append whose records end before `endOffset`. */
  add(endOffset: number, bytes: number): void {
    const newest = this.#entries.at(-1);
    if (newest !== undefined && this.#entries.length >= MAX_ENTRIES) {
      newest.endOffset = endOffset;
      newest.bytes += bytes;
    } else this.#entries.push({ endOffset, bytes });
  }

  /** Takes what lies below the high watermark. */
  take(highWatermark: number): number {
    let count = 0;
    let bytes = 0;
    for (const entry of this.#entries) {
      if (entry.endOffset > highWatermark) break;
      bytes += entry.bytes;
      count += 1;
    }
    if (count > 0) this.#entries.splice(0, count);
    return bytes;
  }

  clear(): void {
    this.#entries = [];
  }
}
