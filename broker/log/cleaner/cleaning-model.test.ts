/**
 * Random logs against a plain map: keys, values, tombstones, codecs, segment sizes, idempotent and transactional
 * producers, rounds, restarts, and processes and machines that die in the middle of a round. Whatever happens, a reader
 * from the start ends up with what was written last, and every record it sees is one that was written there.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompressionName } from '../../../protocol/records/batch-format.ts';
import { encodeTransactionMarker } from '../../../protocol/records/control-records.ts';
import { setBaseOffset } from '../../../protocol/records/record-batch.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import {
  openCompacted,
  readBatches,
  write,
  type CompactedLog,
  type OpenOptions,
} from './cleaner-test-kit.ts';

const DELETE_RETENTION_MS = 1000;
const CODECS: readonly CompressionName[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** Plain, two idempotent and two transactional producers. */
const PRODUCERS = [null, 1, 2, 11, 12] as const;
const FIRST_TRANSACTIONAL = 10;

type Command =
  | {
      readonly kind: 'write';
      readonly entries: readonly (readonly [number, number | null])[];
      readonly codec: number;
      readonly producer: number;
    }
  | { readonly kind: 'end'; readonly producer: number; readonly committed: boolean }
  | { readonly kind: 'clean' | 'restart' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'kill'; readonly step: number; readonly seed: number };

interface Written {
  readonly key: string;
  readonly value: string | null;
  readonly writtenMs: number;
  /** Null outside transactions. */
  readonly transaction: { state: 'open' | 'committed' | 'aborted' } | null;
}

class ModelRun {
  readonly #written = new Map<number, Written>();
  readonly #open = new Map<
    number,
    { readonly firstOffset: number; readonly transaction: NonNullable<Written['transaction']> }
  >();
  readonly #sequences = new Map<number, number>();
  readonly #config: OpenOptions['config'];
  readonly #dedupeBufferBytes: number;
  #opened: CompactedLog;
  kills = 0;

  constructor(segmentBytes: number, mapSlots: number) {
    this.#config = { segmentBytes, deleteRetentionMs: DELETE_RETENTION_MS };
    this.#dedupeBufferBytes = 24 * mapSlots;
    this.#opened = this.#openOn(createMemoryPlatform());
  }

  #openOn(platform: MemoryPlatform, cleanShutdown = false): CompactedLog {
    return openCompacted({
      ...{ platform, cleanShutdown, config: this.#config ?? {} },
      settings: { dedupeBufferBytes: this.#dedupeBufferBytes },
    });
  }

  get #lastStableOffset(): number {
    let first = this.#opened.log.logEndOffset;
    for (const { firstOffset } of this.#open.values()) first = Math.min(first, firstOffset);
    return first;
  }

  get #nowMs(): number {
    return this.#opened.platform.clock.wallMs();
  }

  async run(command: Command): Promise<void> {
    switch (command.kind) {
      case 'write':
        return this.#write(
          command.entries,
          CODECS[command.codec] ?? 'none',
          PRODUCERS[command.producer] ?? null,
        );
      case 'end':
        return this.#endTransaction(PRODUCERS[command.producer] ?? null, command.committed);
      case 'wait':
        return this.#opened.platform.advance(command.ms);
      case 'clean':
        await this.#opened.log.flush();
        await this.#clean();
        return;
      case 'restart':
        await this.#opened.log.close();
        this.#opened = this.#openOn(this.#samePlatform(), true);
        return;
      case 'kill':
        return this.#kill(command.step, command.seed);
    }
  }

  #write(
    entries: readonly (readonly [number, number | null])[],
    compression: CompressionName,
    producer: number | null,
  ): void {
    const { log } = this.#opened;
    const isTransactional = producer !== null && producer > FIRST_TRANSACTIONAL;
    const baseSequence = producer === null ? -1 : (this.#sequences.get(producer) ?? 0);
    const texts = entries.map(
      ([key, value]) => [`key-${key}`, value === null ? null : `value-${value}`] as const,
    );
    const baseOffset = write(log, texts, {
      ...{ compression, isTransactional, baseSequence, timestampMs: this.#nowMs },
      ...(producer === null ? {} : { producerId: producer, producerEpoch: 0 }),
    });
    if (producer !== null) this.#sequences.set(producer, baseSequence + entries.length);
    let open = producer === null ? undefined : this.#open.get(producer);
    if (isTransactional && open === undefined) {
      open = { firstOffset: baseOffset, transaction: { state: 'open' } };
      this.#open.set(producer, open);
    }
    for (const [index, [key, value]] of texts.entries()) {
      const transaction = isTransactional ? (open?.transaction ?? null) : null;
      this.#written.set(baseOffset + index, { key, value, writtenMs: this.#nowMs, transaction });
    }
  }

  #endTransaction(producer: number | null, committed: boolean): void {
    const open = producer === null ? undefined : this.#open.get(producer);
    if (producer === null || open === undefined) return;
    const { log } = this.#opened;
    const marker = encodeTransactionMarker({
      ...{ committed, producerId: producer, producerEpoch: 0, coordinatorEpoch: 0, timestampMs: this.#nowMs },
    });
    const lastOffset = log.logEndOffset;
    setBaseOffset(marker, 0, lastOffset);
    expect(log.appendFetched(marker, 0).errorCode).toBe(0);
    open.transaction.state = committed ? 'committed' : 'aborted';
    this.#open.delete(producer);
    log.noteHighWatermark(log.logEndOffset);
  }

  async #clean(): Promise<void> {
    const { cleaner, logger } = this.#opened;
    for (let round = 0; await cleaner.cleanDirtiest(); round++) expect(round).toBeLessThan(100);
    expect(logger.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
    this.#checkCleaned();
  }

  async #kill(step: number, seed: number): Promise<void> {
    const { log, cleaner, platform } = this.#opened;
    await log.flush();
    const endOffset = log.logEndOffset;
    platform.disk.faults.clear();
    platform.disk.faults.haltAfter(step);
    // With little memory for keys each round is followed by another over the same segments.
    for (let round = 0; round < 3; round++) await cleaner.cleanDirtiest();
    await settle();
    if (platform.disk.faults.hasHalted) this.kills++;
    platform.disk.crash(seed % 3 === 0 ? { keep: 'everything' } : { keep: 'random', seed });
    this.#opened = this.#openOn(this.#samePlatform());
    expect(this.#opened.log.logEndOffset).toBe(endOffset);
    this.check();
  }

  /** Another process on the same disk. */
  #samePlatform(): MemoryPlatform {
    const { disk } = this.#opened.platform;
    return createMemoryPlatform({ disk, startWallMs: this.#nowMs });
  }

  /** What a reader of committed records ends up with is what was committed last. */
  check(): void {
    const { log } = this.#opened;
    expect(log.lastStableOffset(log.logEndOffset)).toBe(this.#lastStableOffset);
    const state = new Map<string, string>();
    const seen = new Set<number>();
    const lastSequences = new Map<number, number>();
    for (const { header, records } of readBatches(log)) {
      if (header.isControl) continue;
      if (header.producerId >= 0) {
        lastSequences.set(header.producerId, header.baseSequence + header.lastOffsetDelta);
      }
      for (const { offset, key, value, timestampMs } of records) {
        const written = this.#written.get(offset);
        expect({ key: key?.toString(), value: value?.toString() ?? null, timestampMs }).toEqual({
          ...{ key: written?.key, value: written?.value, timestampMs: written?.writtenMs },
        });
        seen.add(offset);
        if (written !== undefined) apply(state, written);
      }
    }
    const expected = new Map<string, string>();
    const tombstones = new Map<string, { readonly offset: number; readonly writtenMs: number }>();
    for (const [offset, written] of this.#written) {
      if (!apply(expected, written)) continue;
      if (written.value === null) tombstones.set(written.key, { offset, writtenMs: written.writtenMs });
      else tombstones.delete(written.key);
    }
    expect(state).toEqual(expected);
    for (const { offset, writtenMs } of tombstones.values()) {
      if (this.#nowMs - writtenMs < DELETE_RETENTION_MS) expect(seen).toContain(offset);
    }
    for (const [producer, next] of this.#sequences) expect(lastSequences.get(producer)).toBe(next - 1);
  }

  /** Behind a round each key stands once, and nothing of an aborted transaction is left. */
  #checkCleaned(): void {
    this.check();
    const { log } = this.#opened;
    const limit = Math.min(this.#lastStableOffset, log.segments.at(-1)?.baseOffset ?? 0);
    const cleanUpTo = log.segments.findLast(({ baseOffset }) => baseOffset <= limit)?.baseOffset ?? 0;
    const keys = new Set<string>();
    for (const { header, records } of readBatches(log)) {
      if (header.isControl || header.lastOffset >= cleanUpTo) continue;
      for (const { offset } of records) {
        const written = this.#written.get(offset);
        expect(written?.transaction?.state).not.toBe('aborted');
        expect(keys).not.toContain(written?.key);
        keys.add(written?.key ?? '');
      }
    }
  }
}

/** False when the record does not count (yet). */
function apply(state: Map<string, string>, { key, value, transaction }: Written): boolean {
  if (transaction !== null && transaction.state !== 'committed') return false;
  if (value === null) state.delete(key);
  else state.set(key, value);
  return true;
}

const entry = fc.tuple(fc.nat(5), fc.option(fc.nat(999), { freq: 4 }));
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
      codec: fc.nat(CODECS.length - 1),
      producer: fc.nat(PRODUCERS.length - 1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      producer: fc.constantFrom(3, 4),
      committed: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'clean' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 400, 1500) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      step: fc.nat(250),
      seed: fc.nat(1_000_000),
    }),
  },
);

describe('random logs', () => {
  it('say the same after compaction as before it', async () => {
    let kills = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 20, maxLength: 90, size: 'max' }),
        fc.constantFrom(200, 500, 2000),
        fc.constantFrom(3, 6, 100),
        async (commands, segmentBytes, mapSlots) => {
          const run = new ModelRun(segmentBytes, mapSlots);
          for (const one of commands) await run.run(one);
          await run.run({ kind: 'clean' });
          run.check();
          kills += run.kills;
        },
      ),
      { numRuns: 40 },
    );
    expect(kills).toBeGreaterThan(5);
  }, 60_000);

  it('lose nothing when the process or the machine dies at any of a hundred moments of a round', async () => {
    let kills = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const run = new ModelRun(300, seed % 2 === 0 ? 4 : 100);
      for (let i = 0; i < 40; i++) {
        const value = i % 9 === 4 ? null : i;
        await run.run({ kind: 'write', entries: [[i % 6, value]], codec: i % 5, producer: (i * seed) % 5 });
        if (i % 7 === 0) await run.run({ kind: 'end', producer: 3 + (i % 2), committed: i % 3 > 0 });
        if (i === 25) await run.run({ kind: 'clean' });
      }
      for (const producer of [3, 4]) await run.run({ kind: 'end', producer, committed: seed % 2 === 0 });
      await run.run({ kind: 'kill', step: (seed * 37) % 300, seed });
      await run.run({ kind: 'clean' });
      kills += run.kills;
    }
    expect(kills).toBeGreaterThan(60);
  }, 60_000);
});
