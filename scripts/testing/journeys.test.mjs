import { expect, it } from 'vitest';
import { countJourneys } from './journeys.mjs';

const spec = (title, status, more = {}) => ({ title, tests: [{ status, results: [], ...more }] });

it('counts journeys, names what passed at its second try, and why others were skipped', () => {
  const results = [{ error: { message: '\u001b[31mError: late\u001b[39m\n at x' } }, {}];
  const annotations = [{ type: 'skip', description: 'no such thing here' }];
  const specs = [
    spec('a', 'expected'),
    spec('b', 'flaky', { results }),
    spec('c', 'unexpected'),
    spec('d', 'skipped', { annotations }),
  ];
  const report = { suites: [{ title: 'file', specs: [], suites: [{ title: 'group', specs }] }], errors: [] };
  expect(countJourneys(report)).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['group > d: no such thing here'],
    shaky: ['group > b: Error: late'],
  });
  expect(countJourneys({ errors: [{ message: 'a file did not load' }] }).failed).toBe(1);
});
