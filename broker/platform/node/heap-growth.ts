/**
 * How far the heap may grow between two full collections. V8 lets a small heap grow by a few megabytes only, and counts the
 * buffers that requests arrive in: a broker that copies 20 MB/s then marks its whole heap several times a second, on
 * all its threads, and half of its CPU time goes there. The heap of a broker is small; three and a half times
 * of it cost some 30 MB at full load and nothing when idle.
 */
import { setFlagsFromString } from 'node:v8';

/** Beyond what was alive after the last full collection. */
const HEAP_GROWING_PERCENT = 250;

/** Before anything is allocated; V8 reads it at every collection. */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
}
