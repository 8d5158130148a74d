/**
 * Writes points of history: the lines (Series) they belong to once, then all points of a round in one statement.
 *
 * A line is found by the SHA-256 of its cluster, name and labels. A point is unique by line and time: a round that is
 * kept twice replaces its own values and never doubles them. Values are written whole or not at all.
 */
import { createHash } from 'node:crypto';
import type { Sample } from '../model/samples.ts';
import type { Database, Transaction } from './database.ts';

/** Ids of lines that are known in this process, by key. */
const KNOWN_SERIES_MAX = 200_000;
const POINTS_PER_STATEMENT = 2_000;

export class SampleWriter {
  readonly #database: Database;
  readonly #ids = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps the points of one round of a cluster under one time. */
  async write(clusterId: string, atMs: number, samples: readonly Sample[]): Promise<void> {
    if (samples.length === 0) return;
    const keyed = samples.map((sample) => ({ key: seriesKey(clusterId, sample), sample }));
    await this.#database.$transaction(async (inside) => {
      await this.#learnSeries(inside, clusterId, atMs, keyed);
      // In pieces: the driver answers synchronously, and pages are served in between.
      for (let from = 0; from < keyed.length; from += POINTS_PER_STATEMENT) {
        const piece = keyed.slice(from, from + POINTS_PER_STATEMENT);
        const rows = JSON.stringify(piece.map(({ key, sample }) => [this.#ids.get(key), sample.value]));
        await inside.$executeRaw`
          INSERT INTO "Sample" ("seriesId", "atMs", "value")
          SELECT json_extract(value, '$[0]'), ${BigInt(atMs)}, CAST(json_extract(value, '$[1]') AS REAL)
          FROM json_each(${rows}) WHERE true
          ON CONFLICT ("seriesId", "atMs") DO UPDATE SET "value" = excluded."value"`;
      }
    });
  }

  /** After lines were deleted, ids have to be asked for again. */
  forgetSeries(): void {
    this.#ids.clear();
  }

  async #learnSeries(
    inside: Transaction,
    clusterId: string,
    atMs: number,
    keyed: readonly { readonly key: string; readonly sample: Sample }[],
  ): Promise<void> {
    if (this.#ids.size > KNOWN_SERIES_MAX) this.#ids.clear();
    const unknown = keyed.filter(({ key }) => !this.#ids.has(key));
    if (unknown.length === 0) return;
    const rows = JSON.stringify(
      unknown.map(({ key, sample: { name, labels } }) => [
        key,
        name,
        labels.topic,
        labels.group,
        labels.broker,
        labels.partition,
      ]),
    );
    await inside.$executeRaw`
      INSERT INTO "Series" ("key", "cluster", "name", "topic", "groupId", "broker", "partition", "createdAtMs", "lastAtMs")
      SELECT json_extract(value, '$[0]'), ${clusterId}, json_extract(value, '$[1]'), json_extract(value, '$[2]'),
             json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
             ${BigInt(atMs)}, ${BigInt(atMs)}
      FROM json_each(${rows}) WHERE true
      ON CONFLICT ("key") DO NOTHING`;
    const keys = JSON.stringify(unknown.map(({ key }) => key));
    const found = await inside.$queryRaw<{ id: number | bigint; key: string }[]>`
      SELECT "id", "key" FROM "Series" WHERE "key" IN (SELECT value FROM json_each(${keys}))`;
    for (const { id, key } of found) this.#ids.set(key, Number(id));
  }
}

export function seriesKey(clusterId: string, { name, labels }: Sample): string {
  const parts = [clusterId, name, labels.topic, labels.group, labels.broker, labels.partition];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
