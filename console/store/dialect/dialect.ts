/**
 * What the databases say differently. Statements are written once, in the file of their query family, in standard SQL with names
 * in double quotes; where a database has words of its own for a part of one, the part comes from its dialect. The client carries
 * its dialect with it, also inside a transaction.
 */
import { Prisma } from '../../../prisma/generated/client/client.ts';

export type ColumnType = 'int' | 'bigint' | 'real' | 'text' | 'bool';
export type RowValue = string | number | boolean | null;

/** In the order of the values. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** Rows of a source put into a table; those whose key is there already are changed, or left. */
export interface Insert {
  readonly table: string;
  readonly columns: readonly string[];
  /** What the columns get, in their order, as expressions over the source, which is called r. */
  readonly values: readonly Prisma.Sql[];
  /** A table expression, without its alias. */
  readonly source: Prisma.Sql;
  readonly where?: Prisma.Sql;
  readonly key: readonly string[];
  /** Columns that take the new value when the key is there; none: the row stays as it is. */
  readonly update: readonly string[];
}

/** Rows of a table changed by what stands beside them in a source, which is called r. */
export interface Update {
  readonly table: string;
  readonly source: Prisma.Sql;
  readonly set: Readonly<Record<string, Prisma.Sql>>;
  readonly where: Prisma.Sql;
}

export type DatabaseKind = 'sqlite' | 'postgresql' | 'mysql';

export interface Dialect {
  readonly kind: DatabaseKind;
  /** Rows given as one parameter, as a table with these columns: put it after FROM and give it an alias. */
  readonly rows: (values: readonly (readonly RowValue[])[], columns: Columns) => Prisma.Sql;
  readonly insert: (insert: Insert) => Prisma.Sql;
  readonly update: (update: Update) => Prisma.Sql;
  /** A value of this type, also where the database could not tell it from the place it stands in. */
  readonly value: (value: string | number | bigint, type: ColumnType) => Prisma.Sql;
  /** An aggregate: the texts of all rows in one, with commas between them, in any order; null where there is no row. */
  readonly joined: (text: Prisma.Sql) => Prisma.Sql;
  /** A finite real number as a text that reads back to the same one. */
  readonly exactText: (column: string) => Prisma.Sql;
  /** The JSON text in a column (its name in quotes) with one of its keys set to a text. */
  readonly withKey: (column: string, key: string, value: string) => Prisma.Sql;
  /** Lets ids that the database gives in a table go on behind those that are there; null where they do by themselves. */
  readonly countOn: (table: string) => Prisma.Sql | null;
  /** Prisma's filter for a text that holds another one as it is written, whatever the case. */
  readonly holding: (text: string) => { readonly contains: string };
}

/** What LIKE takes for any text and any character, as themselves. */
export const asWritten = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);
export const quoted = (name: string): string => `"${name}"`;
export const nameList = (names: readonly string[]): Prisma.Sql => Prisma.raw(names.map(quoted).join(', '));
/** A column of the source. */
export const given = (name: string): Prisma.Sql => Prisma.raw(`r.${quoted(name)}`);

/** As SQLite and PostgreSQL say it. The WHERE is there because SQLite would take ON for a join's. */
export function insertOnConflict({ table, columns, values, source, where, key, update }: Insert): Prisma.Sql {
  const changes = update.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ');
  return Prisma.sql`INSERT INTO ${Prisma.raw(quoted(table))} (${nameList(columns)})
    SELECT ${Prisma.join([...values])} FROM ${source} AS r WHERE ${where ?? Prisma.raw('true')}
    ON CONFLICT (${nameList(key)}) DO ${Prisma.raw(changes === '' ? 'NOTHING' : `UPDATE SET ${changes}`)}`;
}

export function updateFrom({ table, source, set, where }: Update): Prisma.Sql {
  return Prisma.sql`UPDATE ${Prisma.raw(quoted(table))} SET ${assignments(set, '')} FROM ${source} AS r WHERE ${where}`;
}

export function assignments(set: Update['set'], prefix: string): Prisma.Sql {
  return Prisma.join(
    Object.entries(set).map(
      ([name, value]) => Prisma.sql`${Prisma.raw(`${prefix}${quoted(name)}`)} = ${value}`,
    ),
  );
}

const dialectKey = Symbol.for('aquila.console.dialect');

export function withDialect<Client extends object>(client: Client, dialect: Dialect): Client {
  return Object.defineProperty(client, dialectKey, { value: dialect, configurable: true });
}

export function dialectOf(client: object): Dialect {
  const dialect = (client as { [dialectKey]?: Dialect })[dialectKey];
  if (dialect === undefined) throw new Error('this database client was not opened by openDatabase');
  return dialect;
}
