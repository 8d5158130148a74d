/**
 * What keeps a process small that only its start can say: how much V8 gives to young objects, and how many arenas glibc
 * allocates from: with one for each thread, what one password's hash or one large answer took stays there, and the idle console is
 * 40 MiB larger. Other C libraries do not read it.
 */
const oneArena = { MALLOC_ARENA_MAX: '1' };

/**
 * A broker under load fills both with buffers that live for one request. Measured in turn, in three rounds
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

/**
 * Where the operator's own environment says nothing. glibc serves a block from its heap once a larger one was given back, and its
 * heap shrinks from the end only: what requests arrived in lies between what stays. A block at least this large is mapped alone
 * and leaves at once. That helps only where V8's heap, too, grows little between two collections, which is what frees such blocks
 * (`letHeapGrow` of the broker). Measured in turn, the first row in eight rounds, the last in one, the others in two:
 *
 * | blocks mapped, heap may grow by | MiB after the load: three | MB per CPU-second: one, three with replication 3 |
 * | ------------------------------- | ------------------------- | ------------------------------------------------ |
 * | as glibc finds, 250 %           | 409-423                   | 148-227, 55-72                                   |
 * | 64 KiB, 250 %                   | 395-403                   | 134-157, 62-67                                   |
 * | as glibc finds, 100 %           | 399-409                   | 136-150, 54-60                                   |
 * | 64 KiB, 100 %                   | 346-353                   | 132-153, 57-59                                   |
 * | 64 KiB, V8's choice             | 355                       | 173, 59                                          |
 */
export const brokerEnvironment: Readonly<Record<string, string>> = {
  ...oneArena,
  MALLOC_MMAP_THRESHOLD_: '65536',
};

/**
 * Each round of a collector fills young space with a snapshot that lives until the next. Measured with 9,000 topics, 39,000
 * partitions and 2,200 groups after 24 rounds (13 with 4 MiB), one after the other, beside other programs that kept the machine busy: resident MiB (the most), CPU
 * milliseconds of all threads a round.
 *
 * | young half-space | memory    | CPU           |
 * | ---------------- | --------- | ------------- |
 * | 16 MiB, V8's     | 451 (467) | 1,990         |
 * | 8 MiB            | 427 (433) | 2,128         |
 * | 4 MiB            | 420 (430) | 2,986         |
 */
export const consoleNodeFlags: readonly string[] = ['--max-semi-space-size=8'];

/** Where the operator's own environment says nothing. */
export const consoleEnvironment: Readonly<Record<string, string>> = oneArena;
