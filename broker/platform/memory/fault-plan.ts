/**
 * Scripted disk faults: "the third write fails with ENOSPC after 10 bytes", "from the twentieth change on nothing
 * reaches the disk any more". Counting is by operation, so that a test can try every step of a procedure in turn.
 *
 * What is one call to a program may be several operations: replacing a file as a whole is `replace` and then create,
 * write, sync, rename and syncDirectory; removing a tree is one `remove` for each name in it.
 */
import type { DiskError } from '../platform.ts';

export type DiskOperation =
  | 'open'
  | 'create'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'rename'
  | 'remove'
  | 'replace'
  | 'makeDirectory'
  | 'syncDirectory'
  | 'list';

export interface ScriptedFault {
  readonly operation: DiskOperation;
  /** 1 = the next such operation. */
  readonly nth: number;
  /** ENOSPC, EIO, EACCES ...; null makes a short write that is no failure. */
  readonly code: string | null;
  /** For writes: so many bytes are written before the failure. Default 0. */
  readonly bytesDone?: number;
  /** Only for paths that end so. */
  readonly pathEnd?: string;
  /** Goes on failing after the nth. */
  readonly sticky?: boolean;
}

export function diskError(code: string, path: string): DiskError {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

const CHANGES: ReadonlySet<DiskOperation> = new Set<DiskOperation>([
  'create',
  'write',
  'truncate',
  'sync',
  'rename',
  'remove',
  'makeDirectory',
  'syncDirectory',
]);

export class FaultPlan {
  #faults: (ScriptedFault & { seen: number })[] = [];
  #changes = 0;
  #changesBeforeHalt = Number.POSITIVE_INFINITY;
  #tornBytes = 0;

  add(fault: ScriptedFault): void {
    this.#faults.push({ ...fault, seen: 0 });
  }

  clear(): void {
    this.#faults = [];
    this.#changes = 0;
    this.#changesBeforeHalt = Number.POSITIVE_INFINITY;
  }

  /** Scripted faults that have not come to pass. */
  get unused(): number {
    return this.#faults.filter(({ seen, nth }) => seen < nth).length;
  }

  /** Operations that changed the disk since the last clear. */
  get changes(): number {
    return this.#changes;
  }

  /** After so many further changes every change fails with EIO, as if the power were gone. A write at that point is torn after `tornBytes`. */
  haltAfter(changes: number, tornBytes = 0): void {
    this.#changes = 0;
    this.#changesBeforeHalt = changes;
    this.#tornBytes = tornBytes;
  }

  /** A change was refused because of `haltAfter`: what is under way at the device never ends well. */
  get hasHalted(): boolean {
    return this.#changes > this.#changesBeforeHalt;
  }

  /** Throws when this operation is to fail. */
  check(operation: DiskOperation, path: string): void {
    const fault = this.next(operation, path, 0);
    if (fault?.error) throw fault.error;
  }

  /** What is to happen to this operation: null = nothing special. */
  next(
    operation: DiskOperation,
    path: string,
    bytes: number,
  ): { error: DiskError | null; bytesDone: number } | null {
    if (CHANGES.has(operation)) {
      this.#changes++;
      if (this.#changes > this.#changesBeforeHalt) {
        const first = this.#changes === this.#changesBeforeHalt + 1;
        return { error: diskError('EIO', path), bytesDone: first ? Math.min(this.#tornBytes, bytes) : 0 };
      }
    }
    for (const fault of this.#faults) {
      if (fault.operation !== operation) continue;
      if (fault.pathEnd !== undefined && !path.endsWith(fault.pathEnd)) continue;
      fault.seen++;
      if (fault.seen === fault.nth || (fault.sticky === true && fault.seen > fault.nth)) {
        return {
          error: fault.code === null ? null : diskError(fault.code, path),
          bytesDone: fault.bytesDone ?? 0,
        };
      }
    }
    return null;
  }
}
