/** Every case, by whose client or tool it runs, with how that says its version. */
import { accessRuleCases } from './access-rules.ts';
import { apacheKafkaCases } from './apache-kafka-tools.ts';
import { brokerBeansCases } from './broker-beans.ts';
import { brokerMetricsCases } from './broker-metrics.ts';
import { clientsUnderFaultsCases } from './clients-under-faults.ts';
import { clusterToolCases } from './cluster-tools.ts';
import { collectedNumbersCases } from './collected-numbers.ts';
import { committedOffsetsCases } from './committed-offsets.ts';
import type { CompatCase } from './compat-case.ts';
import { goCases } from './go-clients.ts';
import { groupToolCases } from './group-tools.ts';
import { javaClientCases, javaClientsVersion } from './java-clients.ts';
import { kcatCases, kcatVersion } from './kcat.ts';
import { runTool } from './kafka-distribution.ts';
import { lagStoryCases } from './lag-stories.ts';
import { logDirectoryCases } from './log-directories.ts';
import { protocolChangeCases } from './protocol-change.ts';
import { ownToolCases } from './own-tools.ts';
import { pythonCases } from './python.ts';
import { quotaClientCases, quotaToolCases } from './quota-tools.ts';
import { securedClientCases } from './secured-clients.ts';
import { threeFilesCases } from './three-files.ts';
import { transactionToolCases } from './transaction-tools.ts';

export interface CompatGroup {
  readonly title: string;
  readonly cases: readonly CompatCase[];
  /** Of cases that say nothing else, as the client itself says it. Asked only when a case was run. */
  readonly versions: () => Promise<string>;
}

/** Of groups whose cases have a program each. */
const eachSaysIts = (): Promise<string> => Promise.resolve('');

async function kafkaVersion(): Promise<string> {
  const { stdout } = await runTool('kafka-topics', 'localhost:1', ['--version']);
  return `Apache Kafka ${stdout.trim().split(' ')[0] ?? ''}`;
}

export const compatGroups: readonly CompatGroup[] = [
  { title: 'kcat (librdkafka)', cases: kcatCases, versions: kcatVersion },
  { title: 'Python', cases: pythonCases, versions: eachSaysIts },
  { title: 'Go', cases: goCases, versions: eachSaysIts },
  { title: 'Java, from release to release', cases: javaClientCases, versions: javaClientsVersion },
  {
    title: "Kafka's own clients and tools",
    cases: [
      ...apacheKafkaCases,
      ...transactionToolCases,
      ...protocolChangeCases,
      ...committedOffsetsCases,
      ...quotaClientCases,
    ],
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
  {
    title: "Our own tools beside Kafka's of the same name",
    cases: ownToolCases,
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
    cases: [...brokerMetricsCases, ...brokerBeansCases, ...collectedNumbersCases, ...lagStoryCases],
    versions: kafkaVersion,
  },
];
