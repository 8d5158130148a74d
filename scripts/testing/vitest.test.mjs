import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../prepare/prepare.mjs';
import { filesToTryAgain, outcome } from './vitest.mjs';

const test = (fullName, status, failure) => ({
  fullName,
  status,
  failureMessages: failure === undefined ? [] : [failure],
});
const file = (name, tests, message = '') => ({
  name: path.join(root, name),
  status: tests.some(({ status }) => status === 'failed') || message !== '' ? 'failed' : 'passed',
  message,
  assertionResults: tests,
});
const report = (...testResults) => ({ testResults });

const good = file('good', [test('a', 'passed'), test('b', 'skipped')]);
const bad = file('bad', [test('c', 'passed'), test('d', 'failed', 'Error: late\n    at x')]);

describe('the outcome of a run', () => {
  it('counts tests, and a file without any that failed to load', () => {
    const unloaded = file('unloaded', [], 'SyntaxError: no\n at y');
    expect(outcome(report(good, bad, unloaded))).toMatchObject({ passed: 2, failed: 2, shaky: [] });
    expect(outcome(report(good)).skipped).toEqual(['b: its condition is not met on this machine']);
  });

  it('takes the second try for the first, and names what failed only once', () => {
    const again = report(file('bad', [test('c', 'passed'), test('d', 'passed')]));
    expect(outcome(report(good, bad), again)).toMatchObject({
      passed: 3,
      failed: 0,
      shaky: ['d: Error: late'],
    });
    const hook = file('hook', [], 'Error: a hook\n at z');
    const whole = report(file('hook', [test('e', 'passed')]));
    expect(outcome(report(hook), whole)).toMatchObject({
      passed: 1,
      failed: 0,
      shaky: ['hook: Error: a hook'],
    });
  });

  it('stays failed if the second try fails, too, in whatever test', () => {
    expect(outcome(report(good, bad), report(bad))).toMatchObject({ passed: 2, failed: 1, shaky: [] });
    const other = report(file('bad', [test('c', 'failed', 'Error: other'), test('d', 'passed')]));
    expect(outcome(report(good, bad), other)).toMatchObject({ passed: 2, failed: 1, shaky: [] });
  });
});

describe('the files of a second try', () => {
  it('are those that failed, if they are few and no error lay outside of tests', () => {
    const first = report(good, bad);
    expect(filesToTryAgain({ report: first, output: '' })).toEqual([path.join(root, 'bad')]);
    expect(filesToTryAgain({ report: first, output: '⎯ Unhandled Errors ⎯' })).toEqual([]);
    expect(filesToTryAgain({ report: report(bad, bad, bad, bad), output: '' })).toEqual([]);
  });
});
