/**
 * Prisma's schema has one provider; the console has three databases. This makes the schemas of all three out of
 * prisma/schema.prisma: the same models under another header, with the types that MySQL needs where a plain String of it is too
 * short (marked there by comments). Also reads the migrations, which each database has in its own words under the same names.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const providers = ['sqlite', 'postgresql', 'mysql'] as const;
export type Provider = (typeof providers)[number];

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const modelsLine = '// ---- models ----';

export interface MigrationText {
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

const header = (provider: Provider, output: string): string => `datasource db {
  provider = "${provider}"
}

generator client {
  provider               = "prisma-client"
  output                 = "${output}"
  runtime                = "nodejs"
  moduleFormat           = "esm"
  generatedFileExtension = "ts"
  importFileExtension    = "ts"
}
`;

/** A text column without a limit cannot have a default on every MySQL: the store always gives it a value. */
function forMysql(line: string): string {
  const field = /^(\s+\w+\s+String\??)(\s.*?)?\s*\/\/ (long|upTo\((\d+)\))/.exec(line);
  if (field === null) return line;
  const [, name = '', attributes = '', marker, length] = field;
  if (marker === 'long') return `${name}${attributes.replace(/@default\([^)]*\)/, '')} @db.LongText`;
  return `${name}${attributes} @db.VarChar(${length ?? ''})`;
}

/** What a text column of a model is on MySQL. */
export function mysqlTextType(models: string, model: string, column: string): string {
  const body = new RegExp(`model ${model} \\{([\\s\\S]*?)\\n\\}`).exec(models)?.[1] ?? '';
  const line = body.split('\n').find((each) => each.trim().startsWith(`${column} `)) ?? '';
  const [, mark, length = '191'] = /\/\/ (long|upTo\((\d+)\))/.exec(line) ?? [];
  return mark === 'long' ? 'LONGTEXT' : `VARCHAR(${length})`;
}

/** The models of a schema, with the line above them. */
export function modelsOf(schema: string): string {
  const at = schema.indexOf(modelsLine);
  if (at < 0) throw new Error(`the schema has no line "${modelsLine}"`);
  return schema.slice(at);
}

/** `output`: where the client goes, as seen from the schema's file. */
export function schemaOf(provider: Provider, models: string, output = './client'): string {
  const lines = models.split('\n');
  return `${header(provider, output)}\n${(provider === 'mysql' ? lines.map(forMysql) : lines).join('\n')}`;
}

export async function schemaFor(provider: Provider, output: string): Promise<string> {
  const text = await readFile(path.join(root, 'prisma', 'schema.prisma'), 'utf8');
  return schemaOf(provider, modelsOf(text), output);
}

export const migrationsDirectory = (provider: Provider): string =>
  path.join(root, 'prisma', 'migrations', provider);

/** In the order in which they are applied. */
export async function readMigrations(provider: Provider): Promise<MigrationText[]> {
  const directory = migrationsDirectory(provider);
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(directory, name, 'migration.sql'), 'utf8');
      return { name, checksum: createHash('sha256').update(sql).digest('hex'), sql };
    }),
  );
}
