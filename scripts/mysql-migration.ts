/**
 * PostgreSQL's SQL of a migration, in MySQL's words. It knows what Prisma's engine writes for tables, columns, keys and indexes; what
 * it does not know stays as it is and fails when the migration is tried out, which `npm test` does where MariaDB is installed.
 * Names stay in double quotes: the console's sessions have ANSI_QUOTES.
 */
import { mysqlTextType } from './database-schemas.ts';

const types: readonly (readonly [RegExp, string])[] = [
  [/\bSERIAL NOT NULL\b/g, 'INTEGER NOT NULL AUTO_INCREMENT'],
  [/\bDOUBLE PRECISION\b/g, 'DOUBLE'],
  [/\bTIMESTAMP\(3\)/g, 'DATETIME(3)'],
];
const tableOptions = ') DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;';

/** `models`: the schema that the migration leads to, whose marks tell how long texts may be. */
export function mysqlMigration(postgresql: string, models: string): string {
  let table = '';
  return postgresql
    .split('\n')
    .map((line) => {
      table = /^(?:CREATE|ALTER) TABLE "(\w+)"/.exec(line)?.[1] ?? table;
      let text = line.replace(/"(\w+)" TEXT\b/, (_, column: string) => {
        return `"${column}" ${mysqlTextType(models, table, column)}`;
      });
      if (/ LONGTEXT\b/.test(text)) text = text.replace(/ DEFAULT '[^']*'/, '');
      for (const [pattern, replacement] of types) text = text.replace(pattern, replacement);
      return text === ');' ? tableOptions : text;
    })
    .join('\n');
}
