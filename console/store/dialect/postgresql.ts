/**
 * PostgreSQL: rows as a JSON array of arrays, too. unnest is not faster, and wants a parameter and a null-safe array per column.
 * A text never holds the character 0 there: it is left out of what is written by rows.
 */
import { Prisma } from '../../../prisma/generated/client/client.ts';
import {
  asWritten,
  insertOnConflict,
  updateFrom,
  type ColumnType,
  type Dialect,
  type RowValue,
} from './dialect.ts';

const types: Readonly<Record<ColumnType, string>> = {
  int: 'integer',
  bigint: 'bigint',
  real: 'double precision',
  text: 'text',
  bool: 'boolean',
};

function jsonOf(values: readonly (readonly RowValue[])[]): string {
  const json = JSON.stringify(values);
  if (!json.includes('u0000')) return json;
  return JSON.stringify(values, (_, each: unknown) =>
    typeof each === 'string' ? each.replaceAll('\u0000', '') : each,
  );
}

export const postgresql: Dialect = {
  kind: 'postgresql',
  rows(values, columns) {
    const cells = Object.entries(columns).map(
      ([name, type], index) => `(value ->> ${String(index)})::${types[type]} AS "${name}"`,
    );
    return Prisma.sql`(SELECT ${Prisma.raw(cells.join(', '))} FROM json_array_elements(CAST(${jsonOf(values)} AS json)))`;
  },
  insert: insertOnConflict,
  update: updateFrom,
  value: (value, type) => Prisma.sql`CAST(${value} AS ${Prisma.raw(types[type])})`,
  joined: (text) => Prisma.sql`string_agg(${text}, ',')`,
  exactText: (column) => Prisma.raw(`CAST(${column} AS text)`),
  withKey(column, key, value) {
    return Prisma.sql`CAST(jsonb_set(CAST(${Prisma.raw(column)} AS jsonb), CAST(${`{${key}}`} AS text[]), to_jsonb(CAST(${value} AS text))) AS text)`;
  },
  countOn(table) {
    const name = Prisma.raw(`"${table}"`);
    return Prisma.sql`SELECT CAST(setval(pg_get_serial_sequence(${`"${table}"`}, 'id'),
      (SELECT COALESCE(MAX("id"), 0) + 1 FROM ${name}), false) AS text) AS "next"`;
  },
  // Only PostgreSQL's client has the mode, and the types are those of SQLite's.
  holding: (text) => ({ contains: asWritten(text), mode: 'insensitive' }) as { readonly contains: string },
};
