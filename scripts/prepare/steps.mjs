/**
 * What has to be made before the product can run, in order, each with what it is made from and where the result says
 * so. A stamp is written after success only, and into what it vouches for: removing node_modules, dist or .next makes
 * the step run again.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { compressFiles } from './compress-files.mjs';
import { fingerprint } from './fingerprint.mjs';
import { installPackages, packagesAreInstalled } from './packages.mjs';
import { runQuietly } from './run-quietly.mjs';

const bundled = ['protocol', 'kafka-client', 'broker', 'console', 'cli', 'demo'];
const shared = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'prisma/schema.prisma',
  'prisma/migrations',
];
const consoleSources = [
  ...['app', 'components', 'messages', 'console', 'kafka-client', 'protocol', 'public'],
  ...[
    'next.config.js',
    'next.config.ts',
    'next.config.mjs',
    'postcss.config.mjs',
    'instrumentation.ts',
    'instrumentation-node.ts',
    'proxy.ts',
    'scripts/prepare/compress-files.mjs',
  ],
];

/** The console's build directory; two people working in one clone give different ones. */
export const nextDirectory = () => process.env.AQUILA_NEXT_DIST || '.next';

function stamped(root, directory, inputs, facts) {
  const stamp = path.join(root, directory, 'aquila-stamp');
  const now = () => fingerprint(root, inputs, facts);
  return {
    isFresh: () => existsSync(stamp) && readFileSync(stamp, 'utf8') === now(),
    /** Runs `work`; the fingerprint is that of before, so that an edit in the meantime counts as one. */
    async make(work) {
      const before = now();
      rmSync(stamp, { force: true });
      await work();
      mkdirSync(path.dirname(stamp), { recursive: true });
      writeFileSync(stamp, before);
    },
  };
}

function databaseClient(root) {
  const inputs = [
    'prisma/schema.prisma',
    'prisma/migrations',
    'package-lock.json',
    'scripts/generate-client.ts',
    'scripts/database-schemas.ts',
  ];
  const stamp = stamped(root, 'prisma/generated', inputs, ['client']);
  const tsx = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const generate = () =>
    runQuietly('generating the database client', process.execPath, [tsx, 'scripts/generate-client.ts'], {
      cwd: root,
    });
  return { name: 'generating the database client', isFresh: stamp.isFresh, run: () => stamp.make(generate) };
}

/** Entry points of the processes that plain node runs. Names in dist/ are what cli/ starts. */
export const entryPoints = {
  broker: 'broker/server-start.ts',
  'record-worker': 'broker/record-work/node/record-worker.ts',
  cli: 'cli/main.ts',
  demo: 'demo/main.ts',
  'first-run': 'cli/first-run.ts',
  'exit-with-parent': 'cli/supervisor/exit-with-parent.ts',
};

function programs(root) {
  const stamp = stamped(
    root,
    'dist',
    [...bundled, ...shared, 'scripts/prepare/steps.mjs', 'scripts/empty-module.ts'],
    ['programs'],
  );
  const bundle = async () => {
    const esbuild = createRequire(path.join(root, 'package.json'))('esbuild');
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: Object.fromEntries(
        Object.entries(entryPoints).filter(([, file]) => existsSync(path.join(root, file))),
      ),
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      chunkNames: 'chunk-[hash]',
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      alias: { 'server-only': './scripts/empty-module.ts' },
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
    });
  };
  const run = () =>
    stamp.make(async () => {
      rmSync(path.join(root, 'dist'), { recursive: true, force: true });
      await bundle();
    });
  return { name: 'bundling broker, commands and demo', isFresh: stamp.isFresh, run };
}

function consoleBuild(root) {
  const directory = nextDirectory();
  const stamp = stamped(root, directory, [...consoleSources, ...shared], ['console', directory]);
  const next = path.join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', AQUILA_BUILDING: '1' };
  const build = async () => {
    await runQuietly('building the console', process.execPath, [next, 'build'], { cwd: root, env });
    compressFiles(path.join(root, directory, 'static'));
  };
  return { name: 'building the console', isFresh: stamp.isFresh, run: () => stamp.make(build) };
}

/**
 * @param {string} root absolute path of the clone
 * @param {{ console: boolean }} wanted without the console it is enough for every command that only talks to brokers
 */
export function preparationSteps(root, wanted) {
  const steps = [
    {
      name: 'installing packages',
      isFresh: () => packagesAreInstalled(root),
      run: () => installPackages(root),
    },
    databaseClient(root),
    programs(root),
  ];
  return wanted.console ? [...steps, consoleBuild(root)] : steps;
}
