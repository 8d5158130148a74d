/**
 * What the soak holds the product to, and the verdicts. PURE. They are made for an hour: in a few minutes charts of the last quarter of an
 * hour still fill, and growth is that of what is shown.
 */
const MIB = 1024 * 1024;

/** Heaps after a collection, from the end of the warm-up to the end. What V8 compiles of a page in an hour counts, too: a megabyte or so. */
export const growthMax = 0.1;
/** Below that, growth is what a page shows more of, not what nobody lets go of. */
export const growthFloorBytes = 2 * MIB;
export const descriptorsMoreMax = 10;
/** Of history, with its index. */
export const rowBytesMax = 100;
/** Everything else that a database writes, and the log in front of it. */
export const databaseSpareBytes = 8 * MIB;
/** Of a tab whose server is gone, and for as long after it is back. */
export const streamsPerSecondMax = 0.5;
export const requestsPerSecondMax = 2;

export interface Verdict {
  readonly name: string;
  readonly isKept: boolean;
  readonly said: string;
}

export const mebibytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

export function heapVerdict(whose: string, before: number, after: number): Verdict {
  const growth = (after - before) / before;
  return {
    name: `heap of ${whose}`,
    isKept: growth <= growthMax || after - before <= growthFloorBytes,
    said: `${mebibytes(before)} to ${mebibytes(after)} (${(growth * 100).toFixed(1)} %; at most ${String(growthMax * 100)} % or ${mebibytes(growthFloorBytes)})`,
  };
}

export function countVerdict(name: string, before: number, after: number, moreMax: number): Verdict {
  return {
    name,
    isKept: after - before <= moreMax,
    said: `${String(before)} to ${String(after)} (at most ${String(moreMax)} more)`,
  };
}

/** How often something was done in so many seconds, against what is bearable in a second. */
export function rateVerdict(name: string, times: number, seconds: number, perSecondMax: number): Verdict {
  const timesMax = Math.ceil(seconds * perSecondMax);
  return {
    name,
    isKept: times <= timesMax,
    said: `${String(times)} in ${seconds.toFixed(0)} s (at most ${String(timesMax)})`,
  };
}

export function sizeVerdict(name: string, bytes: number, bytesMax: number): Verdict {
  return {
    name,
    isKept: bytes <= bytesMax,
    said: `${mebibytes(bytes)} (at most ${mebibytes(bytesMax)})`,
  };
}
