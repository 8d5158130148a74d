/**
 * `npm run test:compat`: foreign clients and Kafka's own tools against the broker. A client that is not installed is
 * skipped with the reason. The last line counts; the exit status is 0 only if nothing failed. `npm run test:compat -- 'WORDS' ...`
 * runs the cases whose name has any of these.
 */
import { startBrokerProcess, temporaryDirectory } from '../broker/integration/broker-process.ts';
import { apacheKafkaCases } from './apache-kafka-tools.ts';
import { brokerMetricsCases } from './broker-metrics.ts';
import { clientsUnderFaultsCases } from './clients-under-faults.ts';
import { endClusterPair } from './cluster-pair.ts';
import { clusterToolCases } from './cluster-tools.ts';
import { collectedNumbersCases } from './collected-numbers.ts';
import type { CompatCase } from './compat-case.ts';
import { groupToolCases } from './group-tools.ts';
import { goCases } from './go-clients.ts';
import { kcatCases } from './kcat.ts';
import { lagStoryCases } from './lag-stories.ts';
import { logDirectoryCases } from './log-directories.ts';
import { pythonCases } from './python.ts';
import { securedClientCases } from './secured-clients.ts';
import { threeFilesCases } from './three-files.ts';
import { transactionToolCases } from './transaction-tools.ts';

const all: readonly CompatCase[] = [
  ...kcatCases,
  ...pythonCases,
  ...goCases,
  ...apacheKafkaCases,
  ...transactionToolCases,
  ...securedClientCases,
  ...logDirectoryCases,
  ...threeFilesCases,
  ...clusterToolCases,
  ...groupToolCases,
  ...brokerMetricsCases,
  ...collectedNumbersCases,
  ...lagStoryCases,
  ...clientsUnderFaultsCases,
];
const wanted = process.argv.slice(2);
const cases = all.filter(({ name }) => wanted.length === 0 || wanted.some((words) => name.includes(words)));

const directory = temporaryDirectory();
const broker = await startBrokerProcess(directory.path, ['num.partitions=3']);
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const [index, { name, missing, run }] of cases.entries()) {
    const reason = await missing();
    if (reason !== null) {
      counts.skipped += 1;
      console.log(`SKIP ${name}: ${reason}`);
      continue;
    }
    try {
      await run({ bootstrap: `127.0.0.1:${String(broker.port)}`, topic: `compat-${String(index)}` });
      counts.passed += 1;
      console.log(`PASS ${name}`);
    } catch (error) {
      counts.failed += 1;
      console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (/ERROR/.test(broker.output())) {
    counts.failed += 1;
    console.log(`FAIL the broker logged an error:\n${broker.output()}`);
  }
} finally {
  await endClusterPair();
  await broker.end('SIGTERM');
  directory.remove();
}
console.log(
  `${String(counts.passed)} passed, ${String(counts.failed)} failed, ${String(counts.skipped)} skipped`,
);
process.exitCode = counts.failed === 0 ? 0 : 1;
