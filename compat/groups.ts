/** Every case, by whose client or tool it runs, with how that says its version. */
import { readFileSync } from 'node:fs';
import { accessRuleCases } from './access-rules.ts';
import { apacheKafkaCases } from './apache-kafka-tools.ts';
import { brokerMetricsCases } from './broker-metrics.ts';
import { clientsUnderFaultsCases } from './clients-under-faults.ts';
import { clusterToolCases } from './cluster-tools.ts';
import { collectedNumbersCases } from './collected-numbers.ts';
import type { CompatCase } from './compat-case.ts';
import { goCases } from './go-clients.ts';
import { groupToolCases } from './group-tools.ts';
import { kcatCases } from './kcat.ts';
import { lacksTools, runTool } from './kafka-distribution.ts';
import { lagStoryCases } from './lag-stories.ts';
import { logDirectoryCases } from './log-directories.ts';
import { interpreterWith, pythonCases } from './python.ts';
import { outputOf, runProgram } from './run-program.ts';
import { quotaClientCases, quotaToolCases } from './quota-tools.ts';
import { securedClientCases } from './secured-clients.ts';
import { threeFilesCases } from './three-files.ts';
import { transactionToolCases } from './transaction-tools.ts';

export interface CompatGroup {
  readonly title: string;
  readonly cases: readonly CompatCase[];
  /** As the client itself says it; empty when it cannot be asked. */
  readonly versions: () => Promise<string>;
}

async function kcatVersion(): Promise<string> {
  const { stdout } = await runProgram('kcat', ['-V']);
  const [, kcat = '', librdkafka = ''] = /Version ([\d.]+).*librdkafka ([\d.]+)/s.exec(stdout) ?? [];
  return `kcat ${kcat}, librdkafka ${librdkafka}`;
}

const PYTHON_VERSIONS =
  'import importlib.metadata as m\nprint(", ".join(f"{n} {m.version(n)}" for n in ("kafka-python", "confluent-kafka")))';

async function pythonVersions(): Promise<string> {
  const interpreter = await interpreterWith('confluent_kafka');
  return interpreter === null ? '' : (await outputOf(interpreter, ['-c', PYTHON_VERSIONS])).trim();
}

/** Those that go.mod asks for itself: `path version`, of which the last part of the path is the name. */
function goVersions(): Promise<string> {
  const file = readFileSync(new URL('programs/go/go.mod', import.meta.url), 'utf8');
  const direct = [...file.matchAll(/^\t(\S+) (v\S+)$/gm)].filter(([, path = '']) => !path.endsWith('/kmsg'));
  return Promise.resolve(
    direct.map(([, path = '', version = '']) => `${path.replace('github.com/', '')} ${version}`).join(', '),
  );
}

async function kafkaVersion(): Promise<string> {
  if ((await lacksTools('kafka-topics')) !== null) return '';
  const { stdout } = await runTool('kafka-topics', 'localhost:1', ['--version']);
  return `Apache Kafka ${stdout.trim().split(' ')[0] ?? ''}`;
}

export const compatGroups: readonly CompatGroup[] = [
  { title: 'kcat (librdkafka)', cases: kcatCases, versions: kcatVersion },
  { title: 'Python', cases: pythonCases, versions: pythonVersions },
  { title: 'Go', cases: goCases, versions: goVersions },
  {
    title: "Kafka's own clients and tools",
    cases: [...apacheKafkaCases, ...transactionToolCases, ...quotaClientCases],
    versions: kafkaVersion,
  },
  {
    title: 'TLS, passwords, certificates and ACLs',
    cases: [...securedClientCases, ...accessRuleCases],
    versions: kafkaVersion,
  },
  {
    title: "Kafka's tools on three brokers, with the same output as on three of Apache Kafka",
    cases: [...threeFilesCases, ...clusterToolCases, ...groupToolCases, ...quotaToolCases],
    versions: kafkaVersion,
  },
  { title: 'Data directories of one on the other', cases: logDirectoryCases, versions: kafkaVersion },
  {
    title: 'Clients while brokers die',
    cases: clientsUnderFaultsCases,
    versions: kafkaVersion,
  },
  {
    title: 'What the console collects, against what Kafka itself says',
    cases: [...brokerMetricsCases, ...collectedNumbersCases, ...lagStoryCases],
    versions: kafkaVersion,
  },
];
