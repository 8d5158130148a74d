/**
 * MySQL and MariaDB: rows by JSON_TABLE. The session has ANSI_QUOTES and PIPES_AS_CONCAT, so that names in double quotes and
 * || mean what they mean elsewhere.
 */
import { Prisma } from '../../../prisma/generated/client/client.ts';
import { asWritten, assignments, nameList, quoted, type ColumnType, type Dialect } from './dialect.ts';

const columnTypes: Readonly<Record<ColumnType, string>> = {
  int: 'INT',
  bigint: 'BIGINT',
  real: 'DOUBLE',
  text: 'LONGTEXT',
  bool: 'TINYINT',
};
const castTypes: Readonly<Record<ColumnType, string>> = {
  int: 'SIGNED',
  bigint: 'SIGNED',
  real: 'DOUBLE',
  text: 'CHAR',
  bool: 'SIGNED',
};

export const mysql: Dialect = {
  kind: 'mysql',
  rows(values, columns) {
    const cells = Object.entries(columns).map(
      ([name, type], index) => `"${name}" ${columnTypes[type]} PATH '$[${String(index)}]'`,
    );
    return Prisma.sql`JSON_TABLE(${JSON.stringify(values)}, '$[*]' COLUMNS (${Prisma.raw(cells.join(', '))}))`;
  },
  insert({ table, columns, values, source, where, key, update }) {
    const name = quoted(table);
    // Without a change to make, a column of the key is set to itself: IGNORE would pass over every other mistake as well.
    const first = quoted(key[0] ?? '');
    const changes =
      update.length === 0
        ? `${name}.${first} = ${name}.${first}`
        : update.map((each) => `${quoted(each)} = VALUES(${quoted(each)})`).join(', ');
    return Prisma.sql`INSERT INTO ${Prisma.raw(name)} (${nameList(columns)})
      SELECT ${Prisma.join([...values])} FROM ${source} AS r WHERE ${where ?? Prisma.raw('true')}
      ON DUPLICATE KEY UPDATE ${Prisma.raw(changes)}`;
  },
  update({ table, source, set, where }) {
    const name = quoted(table);
    return Prisma.sql`UPDATE ${Prisma.raw(name)}, ${source} AS r SET ${assignments(set, `${name}.`)} WHERE ${where}`;
  },
  value: (value, type) => Prisma.sql`CAST(${value} AS ${Prisma.raw(castTypes[type])})`,
  joined: (text) => Prisma.sql`GROUP_CONCAT(${text} SEPARATOR ',')`,
  // Without a length it is taken for shorter than 0.000000025 and more digits are, and cut.
  exactText: (column) => Prisma.raw(`CAST(${column} AS CHAR(64))`),
  withKey: (column, key, value) => Prisma.sql`JSON_SET(${Prisma.raw(column)}, ${`$.${key}`}, ${value})`,
  countOn: () => null,
  holding: (text) => ({ contains: asWritten(text) }),
};
