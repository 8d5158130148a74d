/** Runs the browser journeys with Playwright and counts from its JSON report. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findChromium, howToGetChromium } from './chromium.mjs';
import { bin, runTool } from './run-tool.mjs';

function* specsOf(suite, titles = []) {
  for (const spec of suite.specs ?? []) yield { spec, name: [...titles, spec.title].join(' > ') };
  for (const inner of suite.suites ?? []) yield* specsOf(inner, [...titles, inner.title]);
}

/**
 * `shaky`: what failed first and passed when it was tried again (`flaky` to Playwright), with how it failed.
 * @returns {{ passed: number, failed: number, skipped: string[], shaky: string[] }}
 */
export function countJourneys(report) {
  const counts = { passed: 0, failed: report.errors?.length ?? 0, skipped: [], shaky: [] };
  for (const suite of report.suites ?? []) {
    for (const { spec, name } of specsOf(suite)) {
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const reason = test.annotations?.find(({ type }) => type === 'skip')?.description;
          counts.skipped.push(`${name}: ${reason ?? 'an earlier step failed'}`);
        } else if (test.status === 'expected') counts.passed += 1;
        else if (test.status === 'flaky') {
          counts.passed += 1;
          const why = test.results.find(({ error }) => error !== undefined)?.error.message ?? '';
          counts.shaky.push(`${name}: ${stripVTControlCharacters(why).split('\n', 1)[0]}`);
        } else counts.failed += 1;
      }
    }
  }
  return counts;
}

export function journeys(temporary) {
  return {
    name: 'browser journeys',
    async run() {
      const chromium = await findChromium();
      if (chromium === null) return { passed: 0, failed: 1, skipped: [], output: howToGetChromium };
      const file = path.join(temporary, 'journeys.json');
      const env = {
        CHROMIUM: chromium,
        PLAYWRIGHT_JSON_OUTPUT_FILE: file,
        FORCE_COLOR: undefined,
        NO_COLOR: '1',
      };
      const args = [
        bin('@playwright', 'test', 'cli.js'),
        'test',
        '--config',
        'e2e/playwright.config.ts',
        '--reporter=list,json',
        '--retries=1',
      ];
      const { ok, output } = await runTool('browser journeys', args, { env });
      let report;
      try {
        report = JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return { passed: 0, failed: 1, skipped: [], output };
      }
      const counts = countJourneys(report);
      return {
        ...counts,
        failed: ok ? counts.failed : Math.max(counts.failed, 1),
        output: ok && counts.shaky.length === 0 ? '' : output,
      };
    },
  };
}
