/**
 * Moves everything from one database into another, empty one, of whichever kinds they are: batch by batch in the order of keys, so
 * that memory does not grow with what is kept. Nothing is interpreted: sealed secrets stay sealed, ids stay what they are.
 *
 * While it goes on, a mark in the target says that it is not whole. A console does not start on such a database; the next
 * copy empties it and begins anew. At the end the rows of each table are counted on both sides, and only then the mark goes.
 * Who may do what only one process does (Lease) is not history and stays behind.
 */
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { Database } from './database.ts';
import { dialectOf, given, type Columns, type RowValue } from './dialect/dialect.ts';
import { StoreError } from './store-error.ts';
import { UNFINISHED_COPY_KEY } from './unfinished-copy.ts';

export interface CopiedTable {
  readonly name: string;
  readonly sourceRows: number;
  readonly targetRows: number;
}

const ROWS_PER_BATCH = 1_000;
/** How many lines' points are moved at a time. */
const LINES_PER_BATCH = 20;
const POINTS_PER_STATEMENT = 2_000;
const ID_MAX = 2_147_483_647;

type Row = Record<string, unknown>;
/** What all of Prisma's models have in common here. */
interface Table {
  count(): Promise<number>;
  findMany(request: object): Promise<Row[]>;
  createMany(request: { data: Row[] }): Promise<unknown>;
  deleteMany(): Promise<unknown>;
}

interface TablePlan {
  readonly name: string;
  /** Of one row, in the order of its columns; one that has a name of its own in Prisma is told by that. */
  readonly key: readonly string[];
  /** Ids are given by the database. */
  readonly counts?: true;
  /** Points of lines: very many rows, written in bulk. */
  readonly columns?: Columns;
}

/** In an order in which nothing points to what is not there yet. */
export const copiedTables: readonly TablePlan[] = [
  { name: 'User', key: ['id'] },
  { name: 'Session', key: ['id'] },
  { name: 'ApiToken', key: ['id'] },
  { name: 'FailedTry', key: ['id'], counts: true },
  { name: 'AuditEntry', key: ['id'], counts: true },
  { name: 'Setting', key: ['key'] },
  { name: 'Cluster', key: ['id'] },
  { name: 'Series', key: ['id'], counts: true },
  { name: 'Round', key: ['cluster', 'atMs'] },
  {
    name: 'Sample',
    key: ['seriesId', 'atMs'],
    columns: { seriesId: 'int', atMs: 'bigint', value: 'real' },
  },
  {
    name: 'Chunk',
    key: ['seriesId', 'resolutionSeconds', 'startMs'],
    columns: { seriesId: 'int', resolutionSeconds: 'int', startMs: 'bigint', points: 'text' },
  },
  { name: 'ClusterChange', key: ['id'], counts: true },
  { name: 'AlertRule', key: ['id'] },
  { name: 'Channel', key: ['id'] },
  { name: 'RuleChannel', key: ['ruleId', 'channelId'] },
  { name: 'RuleState', key: ['ruleId', 'subject'] },
  { name: 'Incident', key: ['id'] },
  { name: 'Delivery', key: ['id'] },
  { name: 'Silence', key: ['id'] },
];
/** Tables that are left behind. */
export const leftBehind: readonly string[] = ['Lease'];

function tableOf(database: Database, name: string): Table {
  const property = name.charAt(0).toLowerCase() + name.slice(1);
  return (database as unknown as Record<string, Table>)[property] as Table;
}

/** Throws StoreError: `not-empty` when the target has anything in it that is not of a copy that was cut off. */
export async function copyDatabase(
  source: Database,
  target: Database,
  report: (table: CopiedTable) => void,
): Promise<readonly CopiedTable[]> {
  await makeRoom(target);
  const copied: CopiedTable[] = [];
  for (const plan of copiedTables) {
    if (plan.columns === undefined) await copyRows(source, target, plan);
    else await copyPoints(source, target, plan, plan.columns);
    const table = await counted(source, target, plan);
    if (table.sourceRows !== table.targetRows) {
      throw new StoreError(
        'cannot-open',
        `The table ${plan.name} has ${String(table.sourceRows)} rows, but ${String(table.targetRows)} arrived. Something writes to one of the databases: stop it and copy again.`,
      );
    }
    copied.push(table);
    report(table);
  }
  await target.setting.deleteMany({ where: { key: UNFINISHED_COPY_KEY } });
  return copied;
}

/** Leaves the target empty but for the mark. */
async function makeRoom(target: Database): Promise<void> {
  const isOurs = (await target.setting.count({ where: { key: UNFINISHED_COPY_KEY } })) > 0;
  const lists = [...copiedTables].reverse();
  for (const { name } of lists) {
    const rows = isOurs ? 0 : await tableOf(target, name).count();
    if (rows > 0) {
      throw new StoreError(
        'not-empty',
        `The database to copy to is not empty (${String(rows)} rows in ${name}). Name an empty one; nothing was changed.`,
      );
    }
  }
  if (!isOurs) {
    const data = { key: UNFINISHED_COPY_KEY, value: 'begun', updatedAt: new Date() };
    await target.setting.create({ data });
    return;
  }
  for (const { name } of lists) {
    if (name === 'Setting') await target.setting.deleteMany({ where: { key: { not: UNFINISHED_COPY_KEY } } });
    else await tableOf(target, name).deleteMany();
  }
}

async function counted(source: Database, target: Database, { name }: TablePlan): Promise<CopiedTable> {
  const [sourceRows, targetRows] = await Promise.all([
    tableOf(source, name).count(),
    tableOf(target, name).count(),
  ]);
  // The mark is a row of its own.
  return { name, sourceRows, targetRows: name === 'Setting' ? targetRows - 1 : targetRows };
}

async function copyRows(source: Database, target: Database, { name, key, counts }: TablePlan): Promise<void> {
  const [from, to] = [tableOf(source, name), tableOf(target, name)];
  const orderBy = key.map((column) => ({ [column]: 'asc' }));
  for (let after: Row | null = null; ;) {
    const rows: Row[] = await from.findMany({
      orderBy,
      take: ROWS_PER_BATCH,
      ...(after === null ? {} : { cursor: after, skip: 1 }),
    });
    const last = rows.at(-1);
    if (last === undefined) break;
    await to.createMany({ data: rows });
    const values = Object.fromEntries(key.map((column) => [column, last[column]]));
    after = key.length === 1 ? values : { [key.join('_')]: values };
  }
  const next = counts === true ? dialectOf(target).countOn(name) : null;
  if (next !== null) await target.$queryRaw(next);
}

/** By lines, the last ones with whatever comes behind them. */
async function copyPoints(
  source: Database,
  target: Database,
  plan: TablePlan,
  columns: Columns,
): Promise<void> {
  for (let after = -1; after < ID_MAX;) {
    const lines = await source.series.findMany({
      where: { id: { gt: after } },
      orderBy: { id: 'asc' },
      take: LINES_PER_BATCH,
      select: { id: true },
    });
    const upTo = lines.length < LINES_PER_BATCH ? ID_MAX : (lines.at(-1)?.id ?? ID_MAX);
    const names = Object.keys(columns);
    const rows = await source.$queryRaw<Row[]>`
      SELECT ${Prisma.raw(names.map((name) => `"${name}"`).join(', '))} FROM ${Prisma.raw(`"${plan.name}"`)}
      WHERE "seriesId" > ${after} AND "seriesId" <= ${upTo}`;
    for (let from = 0; from < rows.length; from += POINTS_PER_STATEMENT) {
      await putPoints(target, plan, columns, rows.slice(from, from + POINTS_PER_STATEMENT));
    }
    after = upTo;
  }
}

async function putPoints(
  target: Database,
  { name, key }: TablePlan,
  columns: Columns,
  rows: readonly Row[],
): Promise<void> {
  const { insert, rows: tableFrom } = dialectOf(target);
  const names = Object.keys(columns);
  const values = rows.map((row) => names.map((column) => plain(row[column])));
  await target.$executeRaw(
    insert({
      table: name,
      columns: names,
      values: names.map(given),
      source: tableFrom(values, columns),
      key,
      update: [],
    }),
  );
}

/** Times in milliseconds and ids are far below 2^53. */
function plain(value: unknown): RowValue {
  return typeof value === 'bigint' ? Number(value) : (value as RowValue);
}
