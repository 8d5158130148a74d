/**
 * What the databases say differently. Statements are written once, in the file of their query family; where a database has
 * words of its own for a part of one, the part comes from its dialect. The client carries its dialect with it, also inside
 * a transaction.
 */
import type { Prisma } from '../../../prisma/generated/client/client.ts';

export type ColumnType = 'int' | 'bigint' | 'real' | 'text' | 'bool';
export type RowValue = string | number | boolean | null;

/** In the order of the values. */
export type Columns = Readonly<Record<string, ColumnType>>;

export interface Dialect {
  /**
   * Rows given as one parameter, as a table with these columns: put it after FROM and give it an alias. Before ON CONFLICT
   * the statement needs a WHERE.
   */
  readonly rows: (values: readonly (readonly RowValue[])[], columns: Columns) => Prisma.Sql;
  /** The JSON text in a column (its name in quotes) with one of its keys set to a text. */
  readonly withKey: (column: string, key: string, value: string) => Prisma.Sql;
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
