/**
 * How far the heap may grow between two full collections. V8 lets a small heap grow by a few megabytes only, and counts the
 * buffers that requests arrive in: a broker that copies 20 MB/s then marks its whole heap several times a second, on
 * all its threads. Measured beside other load with kcat at full speed, so the spread is wide:
 *
 * | heap may grow by | MB per CPU-second: one broker, three with replication 3 | MiB after the load: one, three |
 * | ---------------- | ------------------------------------------------------- | ------------------------------ |
 * | V8's choice      | 155-174, 65-77                                          | 104-120, 334-397               |
 * | 250 %            | 181-188, 78-79                                          | 107-123, 389-398               |
 * | 500 %            | -, 86                                                   | -, 435                         |
 *
 * 250 % is worth about a tenth of the CPU time and costs some ten megabytes a broker after a load, sixteen where large blocks
 * are mapped alone (see the supervisor's process-memory.ts): too many for three to stay within a quarter of what three of Apache
 * Kafka's take. 100 % is between the two.
 */
import { setFlagsFromString } from 'node:v8';

/** Beyond what was alive after the last full collection. */
const HEAP_GROWING_PERCENT = 100;

/** Before anything is allocated; V8 reads it at every collection. */
export function letHeapGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
}
