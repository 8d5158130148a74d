/**
 * Clients in Go: sarama as programs of 2018 use it and as it is today, kafka-go, and franz-go with transactions. Their modules are fetched
 * beforehand by `go mod download` in compat/programs/go; a run takes nothing from the network.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompatCase } from './compat-case.ts';
import { isInstalled, outputOf } from './run-program.ts';

const folder = fileURLToPath(new URL('programs/go', import.meta.url));
const environment = { ...process.env, GOPROXY: 'off', GOFLAGS: '-mod=readonly' };
/** A first build compiles the modules, too. */
const BUILD_LIMIT_MS = 300_000;

let installed: Promise<string | null> | null = null;

/** Why the programs cannot be built here, or null. */
function missing(): Promise<string | null> {
  installed ??= (async () => {
    if (!(await isInstalled('go', ['version']))) return 'go is not installed (apt-get install golang)';
    const hasModules = await isInstalled('go', ['list', '-deps', './...'], { cwd: folder, env: environment });
    return hasModules ? null : 'the Go modules are not there (go mod download, in compat/programs/go)';
  })();
  return installed;
}

/** Those of go.mod whose paths end so. */
function moduleVersions(modules: readonly string[]): string {
  const file = readFileSync(path.join(folder, 'go.mod'), 'utf8');
  return modules
    .map((module) => `${module} ${new RegExp(`^\\t\\S+/${module} (v\\S+)$`, 'm').exec(file)?.[1] ?? ''}`)
    .join(', ');
}

function goCase(name: string, program: string, modules: readonly string[]): CompatCase {
  return {
    name,
    missing,
    versions: () => Promise.resolve(moduleVersions(modules)),
    run: async ({ bootstrap, topic }) => {
      const directory = mkdtempSync(path.join(tmpdir(), 'aquila-go-'));
      try {
        const binary = path.join(directory, program);
        const build = ['build', '-o', binary, `./${program}`];
        await outputOf('go', build, '', { cwd: folder, env: environment, limitMs: BUILD_LIMIT_MS });
        const output = await outputOf(binary, [bootstrap, topic]);
        if (output !== 'done\n') throw new Error(`unexpected output: ${output}`);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}

export const goCases: readonly CompatCase[] = [
  goCase('sarama 1.19 and sarama-cluster produce, consume and commit as in 2018', 'sarama-2018', [
    ...['Shopify/sarama', 'bsm/sarama-cluster'],
  ]),
  goCase('sarama of today produces with every codec, balances a group and administers', 'sarama-today', [
    'IBM/sarama',
  ]),
  goCase('kafka-go writes with every codec and reads in a group', 'kafka-go', ['segmentio/kafka-go']),
  goCase('franz-go copies in transactions of which every third is aborted', 'franz', ['twmb/franz-go']),
];
