/**
 * Writes the next migration, for each of the three databases: the SQL that leads from what prisma/migrations already builds
 * to prisma/schema.prisma.
 *
 *   npx tsx scripts/new-migration.ts add-something        writes prisma/migrations/PROVIDER/NNN_add_something/migration.sql
 *   npx tsx scripts/new-migration.ts --check              exits 1 when the schema has no migration yet
 *
 * It uses Prisma's schema engine as WebAssembly from npm, so nothing is downloaded and no database is touched. SQLite's
 * migrations are run in a temporary file as the shadow database. For PostgreSQL the engine compares the schema with
 * prisma/migrations/built.prisma, the schema that the migrations build, which is kept beside them for that. The engine does not
 * know MySQL in this form: its SQL is made of PostgreSQL's (mysql-migration.ts). All of it is meant to be read and may be
 * edited before it is committed; once committed it does not change (its checksum is kept in each database).
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as SchemaEngineModule from '@prisma/schema-engine-wasm';
import {
  migrationsDirectory,
  modelsOf,
  providers,
  readMigrations,
  root,
  schemaOf,
  type MigrationText,
} from './database-schemas.ts';
import { mysqlMigration } from './mysql-migration.ts';

const schemaFile = path.join(root, 'prisma', 'schema.prisma');
/** The models as the migrations build them. */
const builtFile = path.join(root, 'prisma', 'migrations', 'built.prisma');

let loading: Promise<typeof SchemaEngineModule> | undefined;
/** Once: a second instance would share the first one's memory. */
const schemaEngine = (): Promise<typeof SchemaEngineModule> => (loading ??= loadSchemaEngine());

/** The package's own entry imports the .wasm as a module, which plain Node does not do. */
async function loadSchemaEngine(): Promise<typeof SchemaEngineModule> {
  const require = createRequire(import.meta.url);
  const directory = path.dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const glueFile = path.join(directory, 'schema_engine_bg.js');
  const glue = (await import(pathToFileURL(glueFile).href)) as typeof SchemaEngineModule & {
    __wbg_set_wasm(exports: unknown): void;
  };
  const code = await readFile(path.join(directory, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(code, {
    './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports,
  });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return glue;
}

/**
 * The engine sends each migration file as one statement, of which the adapter would run only the first.
 * A file, because the client may open a second connection, which would see another, empty in-memory database.
 */
async function connectToShadow(directory: string): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaLibSql({
    url: `file:${path.join(directory, 'shadow.db')}`,
    intMode: 'bigint',
  }).connect();
  const executeOne = adapter.executeRaw.bind(adapter);
  adapter.executeRaw = async (query) => {
    if (query.args.length > 0) return executeOne(query);
    await adapter.executeScript(query.sql);
    return 0;
  };
  return adapter;
}

type EngineFactory = ReturnType<typeof bindMigrationAwareSqlAdapterFactory>;
type DiffFrom = Parameters<SchemaEngineModule.SchemaEngine['diff']>[0]['from'];

async function difference(factory: EngineFactory, from: DiffFrom, schema: string): Promise<string> {
  const engineModule = await schemaEngine();
  const files = [{ path: schemaFile, content: schema }];
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [[schemaFile, schema]] },
    (line: string) => void line,
    factory,
  );
  const result = await engine.diff({
    from,
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  const sql = result.stdout ?? '';
  return sql.includes('This is an empty migration') ? '' : sql.trim();
}

/** From what the migrations build in a temporary file. */
async function sqliteDifference(migrations: readonly MigrationText[], models: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'aquila-migration-'));
  const main = new PrismaLibSql({ url: ':memory:', intMode: 'bigint' });
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: main.provider,
    adapterName: main.adapterName,
    connect: () => main.connect(),
    connectToShadowDb: () => connectToShadow(directory),
  });
  const from: DiffFrom = {
    tag: 'migrations',
    baseDir: migrationsDirectory('sqlite'),
    lockfile: { path: 'migration_lock.toml', content: 'provider = "sqlite"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  };
  return difference(factory, from, schemaOf('sqlite', models)).finally(() =>
    rm(directory, { recursive: true }),
  );
}

/** Two schemas are compared; all the engine asks is which server it would be. */
async function postgresqlDifference(before: string, models: string): Promise<string> {
  const answer = {
    columnNames: ['version', 'numeric_version'],
    columnTypes: [7, 0],
    rows: [['PostgreSQL 15.0', 150_000]],
  };
  const refuse = () => Promise.reject(new Error('no database is asked'));
  const stub = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    queryRaw: () => Promise.resolve(answer),
    executeRaw: () => Promise.resolve(0),
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: () => Promise.resolve(),
  } as unknown as SqlDriverAdapter;
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => Promise.resolve(stub),
    connectToShadowDb: () => Promise.resolve(stub),
  });
  const files = [{ path: 'built.prisma', content: schemaOf('postgresql', before) }];
  return difference(factory, { tag: 'schemaDatamodel', files }, schemaOf('postgresql', models));
}

/** Without what says nothing to a database: comments but the marks of types, and spaces. */
const essence = (models: string): string =>
  models
    .split('\n')
    .map((line) => {
      const mark = /\/\/ (long|upTo\(\d+\))/.exec(line)?.[1] ?? '';
      return `${line.replace(/\/\/.*$/, '')} ${mark}`.replace(/\s+/g, ' ').trim();
    })
    .filter((line) => line !== '')
    .join('\n');

async function main(argument: string | undefined): Promise<number> {
  if (argument === undefined || (argument !== '--check' && !/^[a-z0-9-]+$/.test(argument))) {
    console.error('usage: new-migration.ts NAME | --check   (NAME of small letters, digits and hyphens)');
    return 2;
  }
  const models = modelsOf(await readFile(schemaFile, 'utf8'));
  const before = modelsOf(await readFile(builtFile, 'utf8'));
  const lists = await Promise.all(providers.map(readMigrations));
  const names = lists.map((list) => list.map(({ name }) => name).join(' '));
  if (new Set(names).size !== 1) {
    console.error(`the databases do not have the same migrations:\n${names.join('\n')}`);
    return 1;
  }
  const sqliteMigrations = lists[0] ?? [];
  const sql = await sqliteDifference(sqliteMigrations, models);
  const isBuilt = sql === '' && essence(models) === essence(before);
  if (argument === '--check') {
    if (!isBuilt) console.error(`prisma/schema.prisma has no migration yet for:\n${sql}`);
    return isBuilt ? 0 : 1;
  }
  if (isBuilt) {
    console.error('prisma/migrations already builds what prisma/schema.prisma says.');
    return 1;
  }
  const postgresql = await postgresqlDifference(before, models);
  // Texts are compared byte by byte on all three.
  const collated = postgresql.replace(/" TEXT\b/g, '" TEXT COLLATE "C"');
  const texts = { sqlite: sql, postgresql: collated, mysql: mysqlMigration(postgresql, models) };
  const number = String(sqliteMigrations.length + 1).padStart(3, '0');
  for (const provider of providers) {
    const directory = path.join(migrationsDirectory(provider), `${number}_${argument.replaceAll('-', '_')}`);
    await mkdir(directory);
    await writeFile(path.join(directory, 'migration.sql'), `${texts[provider]}\n`);
    console.log(`wrote ${path.relative(root, directory)}/migration.sql`);
  }
  await writeFile(builtFile, schemaOf('sqlite', models));
  return 0;
}

process.exitCode = await main(process.argv[2]);
