/**
 * What keeps a broker's process small that only its start can say: how much V8 gives to young objects, and how many arenas
 * glibc allocates from. A broker under load fills both with buffers that live for one request. Measured in turn, in three rounds
 * or six, each with kcat and kafka-producer-perf-test at full speed; the spread between rounds is up to a third:
 *
 * | young half-space, arenas | MiB after the load: one, three | MB per CPU-second: one, three with replication 3 |
 * | ------------------------ | ------------------------------ | ------------------------------------------------ |
 * | 16 MiB, V8's; as many    | 107-114, 457-470               | 197-245, 74-105                                  |
 * | 8 MiB; as many           | 109-112, 454-463               | 185-212, 75-81                                   |
 * | 4 MiB; as many           | 108-115, 423-435               | 182-221, 73-98                                   |
 * | 16 MiB; one              | 106-109, 451-467               | 223-280, 93-101                                  |
 * | 4 MiB; one               | 102-112, 410-412               | 205-240, 84-90                                   |
 *
 * A broker in the foreground of `kafka-server-start` does without: Node 20 cannot replace its own process, and a parent that
 * only waits would take more than this saves.
 */
export const brokerNodeFlags: readonly string[] = ['--max-semi-space-size=4'];

/** Where the operator's own environment says nothing. */
export const brokerEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
