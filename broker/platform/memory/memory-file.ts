/**
 * The content of one file, twice: as programs see it, and as the device has it. Between the two stand the changes made
 * since, in order, so that a power cut can keep any part of them.
 *
 * What a cut may leave of un-forced changes is more than any one file system does, and less than POSIX allows: the first so
 * many of them with the last one torn, or any subset of their 512-byte sectors; a sector that did not make it holds what
 * was there before, zeros, or junk of the device. A failed sync is final as on Linux: the changes that it was to force
 * are never written, though programs go on seeing them and the next sync succeeds.
 */
import type { Random } from '../platform.ts';

const SECTOR_BYTES = 512;

type ContentChange = { readonly order: number } & (
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly sizeBytes: number }
);

/** A buffer that grows by doubling. */
class GrowingBytes {
  #bytes: Buffer = Buffer.alloc(0);
  size = 0;

  resize(size: number): void {
    if (size > this.#bytes.length) {
      const bigger = Buffer.alloc(Math.max(size, this.#bytes.length * 2, 256));
      this.#bytes.copy(bigger, 0, 0, this.size);
      this.#bytes = bigger;
    }
    if (size < this.size) this.#bytes.fill(0, size, this.size);
    this.size = size;
  }

  write(bytes: Buffer, position: number): void {
    this.resize(Math.max(this.size, position + bytes.length));
    bytes.copy(this.#bytes, position);
  }

  view(): Buffer {
    return this.#bytes.subarray(0, this.size);
  }
}

function apply(target: GrowingBytes, change: ContentChange): void {
  if (change.kind === 'write') target.write(change.bytes, change.position);
  else target.resize(change.sizeBytes);
}

export class MemoryFile {
  readonly kind = 'file';
  modifiedMs: number;
  readonly #seen = new GrowingBytes();
  #device = new GrowingBytes();
  #changes: ContentChange[] = [];
  #order = 0;

  constructor(modifiedMs: number) {
    this.modifiedMs = modifiedMs;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** As programs see it; valid until the next change. */
  view(): Buffer {
    return this.#seen.view();
  }

  write(bytes: Buffer, position: number): void {
    this.#note({ kind: 'write', position, bytes: Buffer.from(bytes), order: this.#order + 1 });
  }

  truncate(sizeBytes: number): void {
    this.#note({ kind: 'truncate', sizeBytes, order: this.#order + 1 });
  }

  #note(change: ContentChange): void {
    this.#order = change.order;
    this.#changes.push(change);
    apply(this.#seen, change);
  }

  /** To be given to `forced` or `forcingFailed`: a sync covers the changes made before it began. */
  mark(): number {
    return this.#order;
  }

  forced(mark: number): void {
    for (const change of this.#before(mark)) apply(this.#device, change);
    this.forcingFailed(mark);
  }

  forcingFailed(mark: number): void {
    this.#changes = this.#changes.filter(({ order }) => order > mark);
  }

  #before(mark: number): readonly ContentChange[] {
    return this.#changes.filter(({ order }) => order <= mark);
  }

  /** The power was off: without `random` nothing is left of what was not forced. */
  powerCut(random: Random | null): void {
    if (random !== null) this.#keepSome(random);
    this.#changes = [];
    this.#seen.resize(0);
    this.#seen.write(this.#device.view(), 0);
  }

  #keepSome(random: Random): void {
    const sizeBefore = this.#device.size;
    if (random.below(2) === 0) this.#keepFirst(random.below(this.#changes.length + 1), random);
    else for (const change of this.#changes) keepSectors(this.#device, change, random);
    // Some file systems write the size before the data: what the device had there then shows.
    if (random.below(4) === 0 && this.#device.size > sizeBefore) {
      const from = sizeBefore + random.below(this.#device.size - sizeBefore);
      this.#device.write(random.below(2) === 0 ? Buffer.alloc(this.#device.size - from) : junk(random), from);
    }
  }

  #keepFirst(count: number, random: Random): void {
    for (const change of this.#changes.slice(0, count)) apply(this.#device, change);
    const torn = this.#changes[count];
    if (torn?.kind !== 'write') return;
    const bytes = torn.bytes.subarray(0, random.below(torn.bytes.length + 1));
    if (bytes.length > 0) this.#device.write(bytes, torn.position);
  }
}

function junk(random: Random): Buffer {
  return random.bytes(1 + random.below(SECTOR_BYTES));
}

/** Each sector of a write reaches the device or does not, for itself; a truncation as a whole. */
function keepSectors(device: GrowingBytes, change: ContentChange, random: Random): void {
  if (change.kind === 'truncate') {
    if (random.below(2) === 0) device.resize(change.sizeBytes);
    return;
  }
  const { position, bytes } = change;
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + SECTOR_BYTES - ((position + at) % SECTOR_BYTES));
    if (random.below(2) === 0) device.write(bytes.subarray(at, end), position + at);
    at = end;
  }
}
