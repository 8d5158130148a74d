/** Runs vitest's projects and counts from its JSON report; each skipped test is named with its reason. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
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

/** `extra`: further arguments of vitest; names among them pick files. */
export function vitestProject(project, temporary, extra = []) {
  return {
    name: `${project} tests`,
    async run() {
      const file = path.join(temporary, `vitest-${project}.json`);
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
      const { ok, output } = await runTool(`${project} tests`, args, {
        env: { NO_COLOR: '1', FORCE_COLOR: undefined },
      });
      const report = readReport(file);
      if (report === null) return { passed: 0, failed: 1, skipped: [], output };
      // A file that cannot even be loaded has no tests to fail, and an error outside of tests belongs to none.
      const brokenFiles = report.testResults.filter(
        ({ status, assertionResults }) =>
          status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
      );
      const failed = report.numFailedTests + brokenFiles.length;
      return {
        passed: report.numPassedTests,
        failed: ok ? failed : Math.max(failed, 1),
        skipped: skippedTests(report),
        output: ok ? '' : output,
      };
    },
  };
}
