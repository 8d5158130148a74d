/**
 * Writes the next migration: the SQL that leads from what prisma/migrations already builds to prisma/schema.prisma.
 *
 *   npx tsx scripts/new-migration.ts add-something        writes prisma/migrations/NNN_add_something/migration.sql
 *   npx tsx scripts/new-migration.ts --check              exits 1 when the schema has no migration yet
 *
 * It uses Prisma's schema engine as WebAssembly from npm, with a temporary SQLite file as the shadow database,
 * so nothing is downloaded and no database is touched. The SQL is meant to be read and may be edited before it is
 * committed; once committed it does not change (its checksum is kept in each database).
 */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as SchemaEngineModule from '@prisma/schema-engine-wasm';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const schemaFile = path.join(root, 'prisma', 'schema.prisma');
const migrationsDirectory = path.join(root, 'prisma', 'migrations');

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

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(migrationsDirectory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
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

async function differenceAsSql(names: string[], directory: string): Promise<string> {
  const engineModule = await loadSchemaEngine();
  const schema = { files: [{ path: schemaFile, content: await readFile(schemaFile, 'utf8') }] };
  const main = new PrismaLibSql({ url: ':memory:', intMode: 'bigint' });
  const adapterFactory = bindMigrationAwareSqlAdapterFactory({
    provider: main.provider,
    adapterName: main.adapterName,
    connect: () => main.connect(),
    connectToShadowDb: () => connectToShadow(directory),
  });
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [[schemaFile, schema.files[0]?.content ?? '']] },
    (line: string) => void line,
    adapterFactory,
  );
  const migrationDirectories = await Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(path.join(migrationsDirectory, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "sqlite"\n' };
  const result = await engine.diff({
    from: {
      tag: 'migrations',
      baseDir: migrationsDirectory,
      lockfile,
      shadowDbInitScript: '',
      migrationDirectories,
    },
    to: { tag: 'schemaDatamodel', ...schema },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return result.stdout ?? '';
}

async function main(argument: string | undefined): Promise<number> {
  if (argument === undefined || (argument !== '--check' && !/^[a-z0-9-]+$/.test(argument))) {
    console.error('usage: new-migration.ts NAME | --check   (NAME of small letters, digits and hyphens)');
    return 2;
  }
  const names = await migrationNames();
  const scratch = await mkdtemp(path.join(tmpdir(), 'aquila-migration-'));
  const sql = await differenceAsSql(names, scratch).finally(() => rm(scratch, { recursive: true }));
  const empty = sql.trim() === '' || sql.includes('This is an empty migration');
  if (argument === '--check') {
    if (!empty) console.error(`prisma/schema.prisma has no migration yet for:\n${sql}`);
    return empty ? 0 : 1;
  }
  if (empty) {
    console.error('prisma/migrations already builds what prisma/schema.prisma says.');
    return 1;
  }
  const number = String(names.length + 1).padStart(3, '0');
  const directory = path.join(migrationsDirectory, `${number}_${argument.replaceAll('-', '_')}`);
  await mkdir(directory);
  await writeFile(path.join(directory, 'migration.sql'), sql);
  console.log(`wrote ${path.relative(root, directory)}/migration.sql`);
  return 0;
}

process.exitCode = await main(process.argv[2]);
