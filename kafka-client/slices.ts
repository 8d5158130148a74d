/**
 * Long work in slices: between two of them whatever else waits gets its turn, so that a page is not held up by the round of a
 * huge cluster. All such work of a process shares one slice in each turn of the event loop, first come, first served: three
 * brokers answer at once, and a page would wait for three slices. Say at every item
 * `if (isSliceOver()) await nextSlice();`.
 */
const SLICE_MS = 12;

const waiting: (() => void)[] = [];
/** When the slice that was given last is over. Work that comes in after that waits for its own. */
let endMs = 0;

function giveSlice(): void {
  endMs = performance.now() + SLICE_MS;
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(giveSlice);
}

export function isSliceOver(): boolean {
  return performance.now() >= endMs;
}

export function nextSlice(): Promise<void> {
  if (waiting.length === 0) setImmediate(giveSlice);
  return new Promise((resolve) => waiting.push(resolve));
}
