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
import type { Sample } from '../model/samples.ts';
import type { Database, Transaction } from './database.ts';
import { noteRowsWritten } from './rows-written.ts';
import { dialectOf, given } from './dialect/dialect.ts';
import { StoreError } from './store-error.ts';
import { transact } from './transact.ts';

/** Lines that are known in this process. */
const KNOWN_SERIES_MAX = 200_000;
const POINTS_PER_STATEMENT = 2_000;

interface Held {
  value: number;
  /** The round that had it last. */
  round: number;
}

/** What a cluster's lines were at its last round, as this process wrote it. */
interface ClusterState {
  atMs: number;
  round: number;
  readonly held: Map<number, Held>;
}

type Row = readonly [seriesId: number, value: number | null];

export class SampleWriter {
  readonly #database: Database;
  /** Ids by cluster, name and labels. */
  readonly #ids = new Map<string, number>();
  readonly #states = new Map<string, ClusterState>();
  /** Clusters of which a round is under way; a second one at the same time would take back what the first keeps. */
  readonly #writing = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps the points of one round of a cluster under one time. */
  async write(clusterId: string, atMs: number, samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    if (this.#writing.has(clusterId)) {
      throw new StoreError('busy', 'The round before is still being written: this one is not kept.');
    }
    const state = this.#states.get(clusterId);
    // Until the transaction is known to be kept, nothing is known of what the database holds.
    this.#states.delete(clusterId);
    this.#writing.add(clusterId);
    try {
      // Done again, it says everything: what the first turn noted as written was not kept.
      const next = await transact(this.#database, (inside, attempt) =>
        this.#writeRound(inside, { clusterId, atMs, samples }, attempt === 0 ? state : undefined),
      );
      this.#states.set(clusterId, next.state);
      noteRowsWritten(clusterId, atMs, next.rows);
    } finally {
      this.#writing.delete(clusterId);
    }
  }

  /** After lines were deleted, ids have to be asked for again. */
  forgetSeries(): void {
    this.#ids.clear();
    this.#states.clear();
  }

  async #writeRound(
    inside: Transaction,
    { clusterId, atMs, samples }: { clusterId: string; atMs: number; samples: readonly Sample[] },
    known: ClusterState | undefined,
  ): Promise<{ state: ClusterState; rows: number }> {
    const newest = await inside.round.aggregate({ where: { cluster: clusterId }, _max: { atMs: true } });
    const keptMs = newest._max.atMs === null ? null : Number(newest._max.atMs);
    if (keptMs !== null && keptMs > atMs) await takeBack(inside, clusterId, atMs);
    const isKey =
      known === undefined ||
      known.atMs !== keptMs ||
      atMs < keptMs ||
      Math.floor(atMs / KEY_EVERY_MS) !== Math.floor(known.atMs / KEY_EVERY_MS);
    const state: ClusterState = isKey
      ? { atMs, round: 0, held: new Map() }
      : { ...known, atMs, round: known.round + 1 };
    const ids = await this.#idsOf(inside, clusterId, atMs, samples);
    const rows = changesOf(state, samples, ids, isKey);
    await inside.round.upsert({
      where: { cluster_atMs: { cluster: clusterId, atMs: BigInt(atMs) } },
      create: { cluster: clusterId, atMs: BigInt(atMs), isKey },
      update: isKey ? { isKey } : {},
    });
    // In pieces: the driver answers synchronously, and pages are served in between.
    for (let from = 0; from < rows.length; from += POINTS_PER_STATEMENT) {
      await putSamples(inside, atMs, rows.slice(from, from + POINTS_PER_STATEMENT));
    }
    return { state, rows: rows.length };
  }

  /** In the order of the samples. */
  async #idsOf(
    inside: Transaction,
    clusterId: string,
    atMs: number,
    samples: readonly Sample[],
  ): Promise<(number | undefined)[]> {
    if (this.#ids.size > KNOWN_SERIES_MAX) this.#ids.clear();
    const keys = samples.map((sample) => partsOf(clusterId, sample).join('\u0000'));
    const unknown = samples.filter((_, index) => !this.#ids.has(keys[index] ?? ''));
    const found = unknown.length === 0 ? null : await learnSeries(inside, clusterId, atMs, unknown);
    if (found !== null) {
      for (const sample of unknown) {
        const id = found.get(seriesKey(clusterId, sample));
        if (id !== undefined) this.#ids.set(partsOf(clusterId, sample).join('\u0000'), id);
      }
    }
    return keys.map((key) => this.#ids.get(key));
  }
}

/** What this round has to write, and what it leaves in `state`. */
function changesOf(
  state: ClusterState,
  samples: readonly Sample[],
  ids: readonly (number | undefined)[],
  isKey: boolean,
): Row[] {
  const rows: Row[] = [];
  for (const [index, { value }] of samples.entries()) {
    const id = ids[index];
    if (id === undefined) continue;
    const held = state.held.get(id);
    if (isKey || held?.value !== value) rows.push([id, value]);
    if (held === undefined) state.held.set(id, { value, round: state.round });
    else {
      held.value = value;
      held.round = state.round;
    }
  }
  if (state.held.size === samples.length) return rows;
  for (const [id, { round }] of state.held) {
    if (round === state.round) continue;
    rows.push([id, null]);
    state.held.delete(id);
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
  unknown: readonly Sample[],
): Promise<Map<string, number>> {
  const keyed = unknown.map((sample) => [
    seriesKey(clusterId, sample),
    ...partsOf(clusterId, sample).slice(1),
  ]);
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

function partsOf(clusterId: string, { name, labels }: Sample): string[] {
  return [clusterId, name, labels.topic, labels.group, labels.broker, labels.partition];
}

export function seriesKey(clusterId: string, sample: Sample): string {
  return createHash('sha256')
    .update(JSON.stringify(partsOf(clusterId, sample)))
    .digest('hex');
}
