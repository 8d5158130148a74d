/**
 * `npm run test:compat`: foreign clients and Kafka's own tools against the broker. A client that is not installed is
 * skipped with the reason. The last line counts; the exit status is 0 only if nothing failed. `npm run test:compat -- 'WORDS' ...`
 * runs the cases whose name has any of these. A whole run writes docs/compatibility.md, and one with `--page` its rows of it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { startBrokerProcess, temporaryDirectory } from '../broker/integration/broker-process.ts';
import { endClusterPair } from './cluster-pair.ts';
import type { CompatCase, CompatContext } from './compat-case.ts';
import { compatGroups } from './groups.ts';
import { compatibilityPage, type CaseReport, type Outcome } from './report.ts';

const PAGE = new URL('../docs/compatibility.md', import.meta.url);
const argv = process.argv.slice(2);
const wanted = argv.filter((word) => word !== '--page');
const isWanted = ({ name }: CompatCase): boolean =>
  wanted.length === 0 || wanted.some((words) => name.includes(words));

async function outcomeOf({ name, missing, run }: CompatCase, context: CompatContext): Promise<Outcome> {
  const reason = await missing();
  if (reason !== null) {
    console.log(`SKIP ${name}: ${reason}`);
    return { kind: 'skipped', reason };
  }
  try {
    await run(context);
    console.log(`PASS ${name}`);
    return { kind: 'passed' };
  } catch (error) {
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return { kind: 'failed' };
  }
}

/** A tool of Java takes a second to tell its version. */
const askedVersions = new Map<() => Promise<string>, Promise<string>>();
function askOnce(versions: () => Promise<string>): Promise<string> {
  const asked = askedVersions.get(versions) ?? versions();
  askedVersions.set(versions, asked);
  return asked;
}

const directory = temporaryDirectory();
const broker = await startBrokerProcess(directory.path, ['num.partitions=3']);
const bootstrap = `127.0.0.1:${String(broker.port)}`;
const reports: CaseReport[] = [];
let brokerErrors = 0;
try {
  for (const [number, { cases, versions }] of compatGroups.entries()) {
    for (const [index, each] of cases.filter(isWanted).entries()) {
      const topic = `compat-${String(number)}-${String(index)}`;
      const outcome = await outcomeOf(each, { bootstrap, topic });
      const told = outcome.kind === 'skipped' ? '' : await askOnce(each.versions ?? versions);
      reports.push({ name: each.name, outcome, versions: told });
    }
  }
  if (/ERROR/.test(broker.output())) {
    brokerErrors = 1;
    console.log(`FAIL the broker logged an error:\n${broker.output()}`);
  }
} finally {
  await endClusterPair();
  await broker.end('SIGTERM');
  directory.remove();
}
const count = (kind: Outcome['kind']): number =>
  reports.filter(({ outcome }) => outcome.kind === kind).length;
const failed = count('failed') + brokerErrors;
if (wanted.length === 0 || argv.includes('--page')) {
  const groups = compatGroups.map(({ title, cases }) => ({ title, names: cases.map(({ name }) => name) }));
  const day = new Date().toISOString().slice(0, 10);
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const told = compatibilityPage({ groups, reports, day, page });
  const options = await resolveConfig(PAGE);
  writeFileSync(PAGE, await format(told, { ...options, parser: 'markdown' }));
}
console.log(
  `${String(count('passed'))} passed, ${String(failed)} failed, ${String(count('skipped'))} skipped`,
);
process.exitCode = failed === 0 ? 0 : 1;
