/** SQLite: rows as a JSON array of arrays, taken apart by json_each. */
import { Prisma } from '../../../prisma/generated/client/client.ts';
import { asWritten, insertOnConflict, updateFrom, type ColumnType, type Dialect } from './dialect.ts';

/** JSON tells 5 from 5.0 no better than JavaScript does; a real column wants a real. */
const cell = (type: ColumnType, at: string): string =>
  type === 'real' ? `CAST(json_extract(value, '${at}') AS REAL)` : `json_extract(value, '${at}')`;

const castTypes: Readonly<Record<ColumnType, string>> = {
  int: 'INTEGER',
  bigint: 'BIGINT',
  real: 'REAL',
  text: 'TEXT',
  bool: 'BOOLEAN',
};

export const sqlite: Dialect = {
  kind: 'sqlite',
  rows(values, columns) {
    const cells = Object.entries(columns).map(
      ([name, type], index) => `${cell(type, `$[${String(index)}]`)} AS "${name}"`,
    );
    return Prisma.sql`(SELECT ${Prisma.raw(cells.join(', '))} FROM json_each(${JSON.stringify(values)}))`;
  },
  insert: insertOnConflict,
  update: updateFrom,
  value: (value, type) => Prisma.sql`CAST(${value} AS ${Prisma.raw(castTypes[type])})`,
  joined: (text) => Prisma.sql`group_concat(${text}, ',')`,
  // A cast to text keeps 15 digits.
  exactText: (column) =>
    Prisma.raw(
      `CASE WHEN ${column} IS NULL THEN NULL WHEN ${column} = CAST(${column} AS INTEGER)
        THEN CAST(${column} AS INTEGER) ELSE printf('%!.17g', ${column}) END`,
    ),
  withKey: (column, key, value) => Prisma.sql`json_set(${Prisma.raw(column)}, ${`$.${key}`}, ${value})`,
  countOn: () => null,
  holding: (text) => ({ contains: asWritten(text) }),
};
