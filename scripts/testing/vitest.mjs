/** Runs vitest's projects and counts from its JSON report; each skipped test is named with its reason. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/prepare.mjs';
import { bin, runTool } from './run-tool.mjs';

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** A test that skips itself with `context.skip('why')` has its reason in the report; a name may hold one too. */
function skippedTests(report) {
  return report.testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status))
      .map(
        (test) =>
          `${test.fullName}: ${test.meta?.skipReason ?? test.failureMessages?.[0] ?? 'its condition is not met on this machine'}`,
      ),
  );
}

const failedIn = (file) => file.assertionResults.filter(({ status }) => status === 'failed');
const firstLine = (text) => text.trim().split('\n', 1)[0];

/** Past so many files it is the product that is broken, and trying again would only take time. */
const MOST_FILES_AGAIN = 3;

/** The files to try again, or none: an error outside of tests would not come back with any file. */
export function filesToTryAgain({ report, output }) {
  if (output.includes('Unhandled Error')) return [];
  const files = report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return files.length > MOST_FILES_AGAIN ? [] : files;
}

/**
 * What a report comes to. `again`: of the second try, whose files stand for those of the first. `shaky` names what failed
 * first and passed then, with how it failed.
 */
export function outcome(first, again = null) {
  const later = new Map((again?.testResults ?? []).map((file) => [file.name, file]));
  const files = first.testResults.map((file) => later.get(file.name) ?? file);
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const countOf = (wanted) => tests.filter(({ status }) => status === wanted).length;
  // A file that cannot even be loaded, or whose hooks fail, has no tests to fail.
  const brokenFiles = files.filter((file) => file.status === 'failed' && failedIn(file).length === 0);
  const shaky = first.testResults
    .filter(({ name }) => later.get(name)?.status === 'passed')
    .flatMap((file) =>
      failedIn(file).length === 0
        ? [`${path.relative(root, file.name)}: ${firstLine(file.message ?? '')}`]
        : failedIn(file).map((test) => `${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? '')}`),
    );
  return {
    passed: countOf('passed'),
    failed: countOf('failed') + brokenFiles.length,
    skipped: skippedTests({ testResults: files }),
    shaky,
  };
}

async function runOnce(project, file, extra) {
  const args = [
    bin('vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...extra,
  ];
  const run = await runTool(`${project} tests`, args, { env: { NO_COLOR: '1', FORCE_COLOR: undefined } });
  return { ...run, report: readReport(file) };
}

/**
 * `extra`: further arguments of vitest; names among them pick files. `secondTry`: files that failed run once more, with
 * nothing beside them. For tests of processes and sockets, where what a starved machine does late looks like a failure;
 * what is broken fails both times, and what failed once is named in the sums.
 */
export function vitestProject(project, temporary, { extra = [], secondTry = false } = {}) {
  return {
    name: `${project} tests`,
    async run() {
      const first = await runOnce(project, path.join(temporary, `vitest-${project}.json`), extra);
      if (first.report === null) return { passed: 0, failed: 1, skipped: [], output: first.output };
      if (first.ok) return { ...outcome(first.report), output: '' };
      const files = secondTry ? filesToTryAgain(first) : [];
      const again =
        files.length === 0
          ? null
          : await runOnce(project, path.join(temporary, `vitest-${project}-again.json`), files);
      const result = outcome(first.report, again?.report);
      const output = again === null ? first.output : `${first.output}\n\nOnce more:\n${again.output}`;
      const isGreen = again?.ok === true;
      return { ...result, failed: isGreen ? result.failed : Math.max(result.failed, 1), output };
    },
  };
}
