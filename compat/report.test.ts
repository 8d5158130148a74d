import { describe, expect, it } from 'vitest';
import { compatibilityPage, type CaseReport, type Outcome } from './report.ts';

const groups = [
  { title: 'Ducks', names: ['quacks', 'swims | dives'] },
  { title: 'Geese', names: ['honks'] },
];
const run = (versions: string, outcomes: Readonly<Record<string, Outcome>>): CaseReport[] =>
  Object.entries(outcomes).map(([name, outcome]) => ({ name, outcome, versions }));
const passed: Outcome = { kind: 'passed' };
const failed: Outcome = { kind: 'failed' };
const skipped: Outcome = { kind: 'skipped', reason: 'no\nducks | here' };

/** The rows of the page, without the lines above each table. */
const rowsOf = (page: string): string[] =>
  page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:what|---) /.test(line));
const first = compatibilityPage({
  groups,
  reports: [...run('duck 1.0', { quacks: passed }), ...run('diver 2.0', { 'swims | dives': failed })],
  ...{ day: '2026-01-30', page: '' },
});

describe('the page of what runs found', () => {
  it('names what was run, with what and when, and what never was', () => {
    expect(rowsOf(first)).toEqual([
      '| quacks | passed | duck 1.0 | 2026-01-30 |',
      '| swims \\| dives | failed | diver 2.0 | 2026-01-30 |',
      '| honks | not run yet |  |  |',
    ]);
  });

  it('keeps what another run found, also when a formatter has filled the cells up', () => {
    const reports = run('goose 2.0', { honks: passed });
    const page = first.replaceAll(' | ', '    |  ');
    expect(rowsOf(compatibilityPage({ groups, reports, day: '2026-02-01', page }))).toEqual([
      ...rowsOf(first).slice(0, 2),
      '| honks | passed | goose 2.0 | 2026-02-01 |',
    ]);
  });

  it('has the last word of what was run again, not of what could not be', () => {
    const again = (outcomes: Readonly<Record<string, Outcome>>): string[] =>
      rowsOf(
        compatibilityPage({
          ...{ groups, reports: run('duck 1.1', outcomes), day: '2026-02-01', page: first },
        }),
      );
    expect(again({ quacks: failed, 'swims | dives': passed }).slice(0, 2)).toEqual([
      '| quacks | failed | duck 1.1 | 2026-02-01 |',
      '| swims \\| dives | passed | duck 1.1 | 2026-02-01 |',
    ]);
    expect(again({ quacks: skipped, 'swims | dives': skipped, honks: skipped })).toEqual([
      ...rowsOf(first).slice(0, 2),
      '| honks | skipped: no ducks \\| here | duck 1.1 | 2026-02-01 |',
    ]);
  });

  it('forgets cases that are no more', () => {
    const [ducks] = groups;
    const left = ducks === undefined ? [] : [ducks];
    expect(
      rowsOf(compatibilityPage({ groups: left, reports: [], day: '2026-02-01', page: first })),
    ).toHaveLength(2);
  });
});
