/**
 * Runs a procedure again and again on a fresh memory disk and stops it at every one of its disk operations in turn: at
 * the first, at the second, until it gets through. Each stop is tried as the kill of the process (what was written is
 * there) and as a cut of the power (what was not forced is gone, or a random part of it stays: names, sectors, torn
 * writes). Then a new process starts on what is left, and the scenario says whether that is right.
 *
 *     const report = await crashEverywhere({
 *       name: 'segment roll',
 *       prepare: (platform) => fill(platform),                 // not crashed into; its result is handed on
 *       act: async (platform, state) => { ... },               // note in `state` what was acknowledged, when it was
 *       check: async (platform, state, point) => { ... },      // reopen and expect
 *     });
 *     expect(report.operations).toBeGreaterThan(20);           // else the scenario does not do what it is there for
 *
 * From the crash on every change fails with EIO, so `act` may end in any error then; one that it ends in before is the
 * scenario's failure. Failures name the point, with which `only` runs it alone.
 */
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';

export type CrashKind = 'process kill' | 'power cut' | 'torn power cut';

export interface CrashPoint {
  readonly kind: CrashKind;
  /** So many disk operations of `act` were done, the next one was not, or not wholly. */
  readonly operation: number;
  readonly seed: number;
  /** `act` got through before the crash came. */
  readonly finished: boolean;
}

export interface CrashScenario<State> {
  readonly name: string;
  /** Makes the disk that `act` begins with. `seed` differs from point to point and is the same for the same point. */
  readonly prepare: (platform: MemoryPlatform, seed: number) => State | Promise<State>;
  readonly act: (platform: MemoryPlatform, state: State) => void | Promise<void>;
  /** On a new platform over the disk that the crash left, with all faults gone. */
  readonly check: (platform: MemoryPlatform, state: State, point: CrashPoint) => void | Promise<void>;
  /** Torn power cuts for each operation, each with another seed. Default 3. */
  readonly tornCuts?: number;
  /** The file system keeps changes of names in order, as all that journal do. Default false: any may survive alone. */
  readonly namesInOrder?: boolean;
  /** To look into one failure: `{ kind: 'torn power cut', operation: 17, seed: 1719 }`. */
  readonly only?: Pick<CrashPoint, 'kind' | 'operation' | 'seed'>;
}

export interface CrashReport {
  /** Disk operations that `act` does. */
  readonly operations: number;
  /** Crashes tried. */
  readonly crashes: number;
}

/** A procedure with more operations than this is no scenario but a workload. */
const MAX_OPERATIONS = 5_000;
const MAX_TORN_BYTES = 700;

export async function crashEverywhere<State>(scenario: CrashScenario<State>): Promise<CrashReport> {
  if (scenario.only !== undefined) {
    await crashAt(scenario, scenario.only);
    return { operations: 0, crashes: 1 };
  }
  let crashes = 0;
  for (let operation = 0; operation < MAX_OPERATIONS; operation++) {
    let finished = true;
    for (const point of pointsAt(operation, scenario.tornCuts ?? 3)) {
      finished = (await crashAt(scenario, point)) && finished;
      crashes++;
    }
    if (finished) return { operations: operation, crashes };
  }
  throw new Error(`${scenario.name} has not ended after ${String(MAX_OPERATIONS)} disk operations`);
}

function pointsAt(operation: number, tornCuts: number): Pick<CrashPoint, 'kind' | 'operation' | 'seed'>[] {
  const seed = operation * 100;
  const torn = Array.from({ length: tornCuts }, (_, index) => ({
    kind: 'torn power cut' as const,
    operation,
    seed: seed + 2 + index,
  }));
  return [
    { kind: 'process kill', operation, seed },
    { kind: 'power cut', operation, seed: seed + 1 },
    ...torn,
  ];
}

/** True when `act` got through. */
async function crashAt<State>(
  scenario: CrashScenario<State>,
  { kind, operation, seed }: Pick<CrashPoint, 'kind' | 'operation' | 'seed'>,
): Promise<boolean> {
  const before = createMemoryPlatform({ seed });
  const { disk } = before;
  const where = (): string =>
    `${scenario.name}: ${kind} at operation ${String(operation)}, seed ${String(seed)}`;
  let finished: boolean;
  try {
    const state = await scenario.prepare(before, seed);
    // A write may have been under way: any part of it, or all, or nothing had been done.
    disk.faults.haltAfter(operation, (seed * 37) % MAX_TORN_BYTES);
    try {
      await scenario.act(before, state);
    } catch (error) {
      if (!disk.faults.hasHalted) throw error;
    }
    finished = !disk.faults.hasHalted;
    // What is still under way ends, one way or the other, before the next process starts.
    if (finished) disk.faults.haltAfter(0);
    await settle();
    disk.crash({ keep: KEPT[kind], seed, namesInOrder: scenario.namesInOrder ?? false });
    const after = createMemoryPlatform({ seed: seed + 1, startWallMs: before.clock.wallMs(), disk });
    await scenario.check(after, state, { kind, operation, seed, finished });
  } catch (cause) {
    throw new Error(`${where()}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return finished;
}

const KEPT = { 'process kill': 'everything', 'power cut': 'nothing', 'torn power cut': 'random' } as const;
