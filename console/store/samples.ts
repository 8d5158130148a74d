/**
 * Writes rounds of history. Only what changed is written; that a round took place is a row of its own (Round), so a value
 * that stays is told from one that was not measured: it holds in every round that was kept, until a change, until the line is
 * said to be gone (a null), or until a key round that does not have it.
 *
 * The first round of each hour is a key round, in which every line writes its value: what is read or put into chunks by the
 * hour never has to look further back. So is the first round of a process, and every round after one that this process did not
 * write itself or does not know to have been kept. A round that is kept twice replaces its own values and never doubles them.
 */
import { createHash } from 'node:crypto';
import { KEY_EVERY_MS } from '../model/retention.ts';
import type { LineBook, SeriesLine } from '../model/line-book.ts';
import type { Database, Transaction } from './database.ts';
import { noteRowsWritten } from './rows-written.ts';
import { dialectOf, given } from './dialect/dialect.ts';
import { StoreError } from './store-error.ts';
import { transact } from './transact.ts';

const POINTS_PER_STATEMENT = 2_000;

/** Ids of the lines of a book, by slot. An id counts while the same line is in its slot. */
interface KnownLines {
  readonly book: LineBook;
  readonly lines: (SeriesLine | null)[];
  readonly ids: number[];
}

/** What a cluster's lines were at its last round, as this process wrote it. */
interface ClusterState {
  readonly book: LineBook;
  /** Of the book. */
  readonly round: number;
  readonly atMs: number;
  /** By slot; NaN: the line had no value. */
  readonly values: Float64Array;
}

interface Round {
  readonly clusterId: string;
  readonly atMs: number;
  readonly book: LineBook;
}

type Row = readonly [seriesId: number, value: number | null];

export class SampleWriter {
  readonly #database: Database;
  /** By cluster. */
  readonly #known = new Map<string, KnownLines>();
  readonly #states = new Map<string, ClusterState>();
  /** Clusters of which a round is under way; a second one at the same time would take back what the first keeps. */
  readonly #writing = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps what a cluster's book tells under one time. The book must not begin another round meanwhile. */
  async write(clusterId: string, atMs: number, book: LineBook): Promise<void> {
    if (book.isEmpty) return;
    if (this.#writing.has(clusterId)) {
      throw new StoreError('busy', 'The round before is still being written: this one is not kept.');
    }
    const before = this.#states.get(clusterId);
    // Until the transaction is known to be kept, nothing is known of what the database holds.
    this.#states.delete(clusterId);
    this.#writing.add(clusterId);
    try {
      // Done again, it says everything: what the first turn noted as written was not kept.
      const round = { clusterId, atMs, book };
      const { rows, known } = await transact(this.#database, (inside, attempt) =>
        this.#writeRound(inside, round, attempt === 0 && isNext(book, before) ? before : undefined),
      );
      this.#known.set(clusterId, known);
      const values = kept(book.values, before?.values);
      this.#states.set(clusterId, { book, round: book.round, atMs, values });
      noteRowsWritten(clusterId, atMs, rows);
    } finally {
      this.#writing.delete(clusterId);
    }
  }

  /** After lines were deleted, ids have to be asked for again. */
  forgetSeries(): void {
    this.#known.clear();
    this.#states.clear();
  }

  async #writeRound(
    inside: Transaction,
    round: Round,
    before: ClusterState | undefined,
  ): Promise<{ known: KnownLines; rows: number }> {
    const { clusterId, atMs, book } = round;
    const newest = await inside.round.aggregate({ where: { cluster: clusterId }, _max: { atMs: true } });
    const keptMs = newest._max.atMs === null ? null : Number(newest._max.atMs);
    if (keptMs !== null && keptMs > atMs) await takeBack(inside, clusterId, atMs);
    const isKey =
      before === undefined ||
      before.atMs !== keptMs ||
      atMs < keptMs ||
      Math.floor(atMs / KEY_EVERY_MS) !== Math.floor(before.atMs / KEY_EVERY_MS);
    const known = await idsOf(inside, round, this.#known.get(clusterId));
    const rows = changesOf(book, known, isKey ? null : before.values);
    await inside.round.upsert({
      where: { cluster_atMs: { cluster: clusterId, atMs: BigInt(atMs) } },
      create: { cluster: clusterId, atMs: BigInt(atMs), isKey },
      update: isKey ? { isKey } : {},
    });
    // In pieces: the driver answers synchronously, and pages are served in between.
    for (let from = 0; from < rows.length; from += POINTS_PER_STATEMENT) {
      await putSamples(inside, atMs, rows.slice(from, from + POINTS_PER_STATEMENT));
    }
    return { known, rows: rows.length };
  }
}

/** A round that was told and not written may have given slots to other lines. */
function isNext(book: LineBook, before: ClusterState | undefined): boolean {
  return before?.book === book && before.round + 1 === book.round;
}

/** A copy, in the place of the one before where it fits. */
function kept(values: Float64Array, before: Float64Array | undefined): Float64Array {
  if (before?.length !== values.length) return values.slice();
  before.set(values);
  return before;
}

/** With the ids of all lines that have a value; `before` stays as it is, for what is asked here may not be kept. */
async function idsOf(
  inside: Transaction,
  { clusterId, atMs, book }: Round,
  before: KnownLines | undefined,
): Promise<KnownLines> {
  const old = before?.book === book ? before : { book, lines: [], ids: [] };
  const unknown: number[] = [];
  for (let slot = 0; slot < book.lines.length; slot++) {
    const isThere = !Number.isNaN(book.values[slot] ?? NaN);
    if (isThere && old.lines[slot] !== book.lines[slot]) unknown.push(slot);
  }
  if (unknown.length === 0) return old;
  const asked = unknown.flatMap((slot) => book.lines[slot] ?? []);
  const found = await learnSeries(inside, clusterId, atMs, asked);
  const known = { book, lines: [...old.lines], ids: [...old.ids] };
  for (const slot of unknown) {
    const line = book.lines[slot] ?? null;
    const id = line === null ? undefined : found.get(seriesKey(clusterId, line));
    if (id === undefined) continue;
    known.lines[slot] = line;
    known.ids[slot] = id;
  }
  return known;
}

/** What this round has to write, against what was held before; null: everything. */
function changesOf(book: LineBook, { lines, ids }: KnownLines, held: Float64Array | null): Row[] {
  const rows: Row[] = [];
  for (let slot = 0; slot < book.lines.length; slot++) {
    const value = book.values[slot] ?? NaN;
    const before = held?.[slot] ?? NaN;
    const isGone = Number.isNaN(value);
    if (value === before || (isGone && Number.isNaN(before))) continue;
    const id = ids[slot];
    if (id === undefined || lines[slot] !== book.lines[slot]) continue;
    rows.push([id, isGone ? null : value]);
  }
  return rows;
}

/** The clock was set back: what was kept under times that are still to come would be mixed up with what comes. */
async function takeBack(inside: Transaction, clusterId: string, atMs: number): Promise<void> {
  await inside.round.deleteMany({ where: { cluster: clusterId, atMs: { gt: BigInt(atMs) } } });
  await inside.$executeRaw`
    DELETE FROM "Sample" WHERE "seriesId" IN (SELECT "id" FROM "Series" WHERE "cluster" = ${clusterId})
      AND "atMs" > ${BigInt(atMs)}`;
}

async function putSamples(inside: Transaction, atMs: number, rows: readonly Row[]): Promise<void> {
  const { insert, rows: tableOf, value } = dialectOf(inside);
  await inside.$executeRaw(
    insert({
      table: 'Sample',
      columns: ['seriesId', 'atMs', 'value'],
      values: [given('seriesId'), value(BigInt(atMs), 'bigint'), given('value')],
      source: tableOf(rows, { seriesId: 'int', value: 'real' }),
      key: ['seriesId', 'atMs'],
      update: ['value'],
    }),
  );
}

const labelColumns = {
  key: 'text',
  name: 'text',
  topic: 'text',
  groupId: 'text',
  broker: 'text',
  partition: 'text',
} as const;

async function learnSeries(
  inside: Transaction,
  clusterId: string,
  atMs: number,
  unknown: readonly SeriesLine[],
): Promise<Map<string, number>> {
  const keyed = unknown.map((line) => [seriesKey(clusterId, line), ...partsOf(clusterId, line).slice(1)]);
  const ids = new Map<string, number>();
  for (let from = 0; from < keyed.length; from += POINTS_PER_STATEMENT) {
    const piece = keyed.slice(from, from + POINTS_PER_STATEMENT);
    const { insert, rows, value } = dialectOf(inside);
    const labels = Object.keys(labelColumns);
    const at = value(BigInt(atMs), 'bigint');
    await inside.$executeRaw(
      insert({
        table: 'Series',
        columns: [...labels, 'cluster', 'createdAtMs', 'lastAtMs'],
        values: [...labels.map(given), value(clusterId, 'text'), at, at],
        source: rows(piece, labelColumns),
        key: ['key'],
        update: [],
      }),
    );
    const keys = piece.map(([key = '']) => [key]);
    const found = await inside.$queryRaw<{ id: number | bigint; key: string }[]>`
      SELECT "id", "key" FROM "Series" WHERE "key" IN (SELECT r."key" FROM ${rows(keys, { key: 'text' })} AS r)`;
    for (const { id, key } of found) ids.set(key, Number(id));
  }
  return ids;
}

function partsOf(clusterId: string, { name, labels }: SeriesLine): string[] {
  return [clusterId, name, labels.topic, labels.group, labels.broker, labels.partition];
}

export function seriesKey(clusterId: string, line: SeriesLine): string {
  return createHash('sha256')
    .update(JSON.stringify(partsOf(clusterId, line)))
    .digest('hex');
}
