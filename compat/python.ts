/** The Python clients: kafka-python (a codec of its own) and confluent-kafka (librdkafka). */
import { fileURLToPath } from 'node:url';
import type { CompatCase } from './compat-case.ts';
import { isInstalled, outputOf } from './run-program.ts';

/** AQUILA_PYTHON names one with more modules, in a virtual environment. */
const INTERPRETERS = [process.env['AQUILA_PYTHON'] ?? '', '/usr/bin/python3', 'python3'].filter(Boolean);

export async function interpreterWith(module: string): Promise<string | null> {
  for (const interpreter of INTERPRETERS) {
    if (await isInstalled(interpreter, ['-c', `import ${module}`])) return interpreter;
  }
  return null;
}

/** Of an installed package, by the module that it brings. */
export async function pythonVersion(module: string, name: string): Promise<string> {
  const interpreter = (await interpreterWith(module)) ?? 'python3';
  const asking = `import importlib.metadata as m; print(m.version('${name}'))`;
  return `${name} ${(await outputOf(interpreter, ['-c', asking])).trim()}`;
}

function pythonCase(name: string, module: string, install: string, program: string): CompatCase {
  const path = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  return {
    name: `${name} produces, consumes in a group and administers`,
    versions: () => pythonVersion(module, name),
    missing: async () =>
      (await interpreterWith(module)) === null ? `${module} is not installed (${install})` : null,
    run: async ({ bootstrap, topic }) => {
      const interpreter = await interpreterWith(module);
      const output = await outputOf(interpreter ?? 'python3', [path, bootstrap, topic]);
      if (!output.endsWith('done\n')) throw new Error(`unexpected output: ${output}`);
    },
  };
}

export const pythonCases: readonly CompatCase[] = [
  pythonCase('kafka-python', 'kafka', 'apt-get install python3-kafka', 'kafka_python.py'),
  pythonCase('confluent-kafka', 'confluent_kafka', 'pip install confluent-kafka', 'confluent.py'),
];
