/** SQLite: rows as a JSON array of arrays, taken apart by json_each. */
import { Prisma } from '../../../prisma/generated/client/client.ts';
import type { ColumnType, Dialect } from './dialect.ts';

/** JSON tells 5 from 5.0 no better than JavaScript does; a real column wants a real. */
const cell = (type: ColumnType, at: string): string =>
  type === 'real' ? `CAST(json_extract(value, '${at}') AS REAL)` : `json_extract(value, '${at}')`;

export const sqlite: Dialect = {
  rows(values, columns) {
    const cells = Object.entries(columns).map(
      ([name, type], index) => `${cell(type, `$[${String(index)}]`)} AS "${name}"`,
    );
    return Prisma.sql`(SELECT ${Prisma.raw(cells.join(', '))} FROM json_each(${JSON.stringify(values)}))`;
  },
  withKey(column, key, value) {
    return Prisma.sql`json_set(${Prisma.raw(column)}, ${`$.${key}`}, ${value})`;
  },
};
