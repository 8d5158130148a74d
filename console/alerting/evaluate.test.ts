import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { groupOf, snapshotOf } from '../model/testing/snapshots.ts';
import {
  subjectKey,
  subjectOfKey,
  type RuleDefinition,
  type RuleOf,
  type RuleState,
  type Subject,
} from './alert-rule.ts';
import { evaluate, type Change } from './evaluate.ts';
import { isMeasured, measure } from './measure.ts';
import { decideNotice, isSilenced, type Silence } from './notify-decision.ts';
import { gone, measured, unknown, type Reading } from './reading.ts';
import { ruleOf as anyRule, viewOf } from './testing/rules.ts';

const SECOND = 1_000;
const intervalMs = 10 * SECOND;

const ruleOf = (changes: Partial<RuleOf<'group-lag'>> = {}): RuleOf<'group-lag'> =>
  anyRule('group-lag', { group: 'g', threshold: 100, forSeconds: 30, ...changes });

const subject: Subject = { group: 'g', topic: null, broker: null };
const value = (lag: number): Reading => measured(subject, lag, { threshold: 100, recoverAt: null });
const nothing: Reading = unknown(subject);
const away: Reading = gone(subject);

/** Plays measurements at the times given and tells what changed at which. */
function play(rule: RuleDefinition, steps: readonly (readonly [atSeconds: number, reading: Reading])[]) {
  let state: RuleState | null = null;
  const changes: [number, Change][] = [];
  for (const [atSeconds, reading] of steps) {
    const verdict = evaluate(rule, reading, state, { nowMs: atSeconds * SECOND, intervalMs });
    if (verdict.change !== 'none') changes.push([atSeconds, verdict.change]);
    state = verdict.change === 'resolved' ? null : verdict.state;
  }
  return { changes, state };
}

describe('a rule over its threshold', () => {
  it('fires once after its time, and resolves once after it was under for a while', () => {
    const steps = [0, 10, 20, 30, 40, 50].map((at) => [at, value(500)] as const);
    const calm = [60, 70, 80, 90].map((at) => [at, value(3)] as const);
    expect(play(ruleOf(), [...steps, ...calm]).changes).toEqual([
      [0, 'pending'],
      [30, 'fired'],
      [80, 'resolved'],
    ]);
  });

  it('says since when the value is over, not since when it was told', () => {
    const { state } = play(
      ruleOf(),
      [10, 20, 30, 40].map((at) => [at, value(500)] as const),
    );
    expect(state).toMatchObject({ firingSinceMs: 10 * SECOND, pendingSinceMs: null });
  });

  it('fires at once without a waiting time', () => {
    expect(play(ruleOf({ forSeconds: 0 }), [[0, value(101)]]).changes).toEqual([[0, 'fired']]);
  });

  it('is not over at the threshold itself', () => {
    expect(play(ruleOf({ forSeconds: 0 }), [[0, value(100)]]).changes).toEqual([]);
  });

  it('forgets a waiting time when the value falls before it is over', () => {
    const steps = [
      [0, value(500)],
      [10, value(500)],
      [20, value(1)],
      [30, value(500)],
      [40, value(500)],
      [50, value(500)],
    ] as const;
    expect(play(ruleOf(), steps).changes).toEqual([
      [0, 'pending'],
      [20, 'cancelled'],
      [30, 'pending'],
    ]);
  });

  it('is one incident while the value flaps each round', () => {
    const steps = Array.from(
      { length: 60 },
      (_, index) => [index * 10, value(index % 2 === 0 ? 500 : 0)] as const,
    );
    expect(play(ruleOf({ forSeconds: 0 }), steps).changes).toEqual([[0, 'fired']]);
  });
});

describe('missing data', () => {
  it('neither fires nor resolves', () => {
    const fired = [
      [0, value(500)],
      [10, nothing],
      [3_000, nothing],
    ] as const;
    expect(play(ruleOf({ forSeconds: 0 }), fired).changes).toEqual([[0, 'fired']]);
    expect(play(ruleOf(), [[0, nothing]])).toEqual({ changes: [], state: null });
  });

  it('does not count as time over', () => {
    const steps = [
      [0, value(500)],
      [10, value(500)],
      [310, value(500)],
      [320, value(500)],
      [330, value(500)],
    ] as const;
    expect(play(ruleOf(), steps).changes).toEqual([
      [0, 'pending'],
      [330, 'fired'],
    ]);
  });

  it('starts the waiting time anew after an hour', () => {
    const steps = [
      [0, value(500)],
      [20, value(500)],
      [4_000, value(500)],
      [4_020, value(500)],
      [4_030, value(500)],
    ] as const;
    expect(play(ruleOf(), steps).changes).toEqual([
      [0, 'pending'],
      [4_030, 'fired'],
    ]);
  });

  it('resolves when the group is gone for good', () => {
    const steps = [
      [0, value(500)],
      [10, away],
      [299, away],
      [300, away],
    ] as const;
    expect(play(ruleOf({ forSeconds: 0 }), steps).changes).toEqual([
      [0, 'fired'],
      [300, 'resolved'],
    ]);
  });
});

it('never resolves what did not fire, and fires and resolves in turn', () => {
  const step = fc.record({
    waitSeconds: fc.integer({ min: 1, max: 600 }),
    lag: fc.option(fc.integer({ min: -10, max: 300 })),
  });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 60 }), (steps, forSeconds) => {
      let at = 0;
      const timeline = steps.map(({ waitSeconds, lag }) => {
        at += waitSeconds;
        return [at, lag === null ? nothing : value(lag)] as const;
      });
      const changes = play(ruleOf({ forSeconds }), timeline).changes.map(([, change]) => change);
      const ends = changes.filter((change) => change === 'fired' || change === 'resolved');
      expect(ends).toEqual(ends.map((_, index) => (index % 2 === 0 ? 'fired' : 'resolved')));
    }),
  );
});

describe('measure', () => {
  const snapshot = snapshotOf({
    groups: [
      groupOf('a', [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: 5 }]),
      groupOf('b', [{ topic: 'u', partition: 0, committedOffset: 0, logEndOffset: 7 }]),
      groupOf('c', [{ topic: 't', partition: 0, committedOffset: null, logEndOffset: 7 }]),
    ],
  });
  const of = (changes: Partial<RuleOf<'group-lag'>>, from = snapshot) =>
    measure(ruleOf(changes), viewOf(from), []);

  it('takes one group, every group, or those that read a topic', () => {
    expect(of({ group: 'a' })).toMatchObject([{ group: 'a', topic: null, kind: 'value', value: 5 }]);
    expect(of({ group: null }).map(({ group, value: lag }) => [group, lag])).toEqual([
      ['a', 5],
      ['b', 7],
      ['c', null],
    ]);
    expect(of({ group: null, topic: 't' }).map(({ group, kind }) => [group, kind])).toEqual([
      ['a', 'value'],
      ['c', 'unknown'],
    ]);
  });

  it('tells a group that does not exist from one that cannot be seen', () => {
    expect(of({ group: 'x' })[0]?.kind).toBe('gone');
    const partial = snapshotOf({ failures: [{ part: 'broker', name: '1', reason: 'refused' }] });
    expect(of({ group: 'x' }, partial)[0]?.kind).toBe('unknown');
  });

  it('says whether a round tells anything about a rule', () => {
    const partial = snapshotOf({ failures: [{ part: 'broker', name: '1', reason: 'refused' }] });
    expect(isMeasured(ruleOf({ group: 'a' }), viewOf(snapshot))).toBe(true);
    expect(isMeasured(ruleOf({ group: 'x' }), viewOf(snapshot))).toBe(false);
    expect(isMeasured(ruleOf({ group: null }), viewOf(snapshot))).toBe(true);
    expect(isMeasured(ruleOf({ group: null }), viewOf(snapshotOf({})))).toBe(true);
    expect(isMeasured(ruleOf({ group: null }), viewOf(partial))).toBe(false);
  });

  it('goes on about subjects that are pending or firing', () => {
    const [last] = measure(ruleOf({ group: null }), viewOf(snapshot), [
      { group: 'deleted', topic: null, broker: null },
    ]).slice(-1);
    expect(last).toMatchObject({ group: 'deleted', topic: null, kind: 'gone', value: null });
  });

  it('finds subjects again by their key', () => {
    for (const each of [
      { group: 'a', topic: null, broker: null },
      { group: '["', topic: 't', broker: null },
      { group: null, topic: null, broker: 0 },
      { group: null, topic: null, broker: null },
    ]) {
      expect(subjectOfKey(subjectKey(each))).toEqual(each);
    }
    // As kept before there were rules about brokers.
    expect(subjectOfKey('["a",null]')).toEqual({ group: 'a', topic: null, broker: null });
  });
});

describe('decideNotice', () => {
  const firing = { isResolved: false, isAcknowledged: false, timesNotified: 1, lastNotifiedAtMs: 0 };
  const repeating = { repeatSeconds: 60, maxTimes: 3 };

  it.each([
    [
      'the first',
      repeating,
      { ...firing, timesNotified: 0, lastNotifiedAtMs: null },
      false,
      0,
      'firing',
      'first-notice',
    ],
    ['too early', repeating, firing, false, 59_999, null, 'not-yet'],
    ['a repeat', repeating, firing, false, 60_000, 'repeat', 'repeat-elapsed'],
    ['enough', repeating, { ...firing, timesNotified: 3 }, false, 900_000, null, 'max-times'],
    [
      'no bound',
      { repeatSeconds: 60, maxTimes: 0 },
      { ...firing, timesNotified: 99 },
      false,
      900_000,
      'repeat',
      'repeat-elapsed',
    ],
    ['no repeats wanted', { repeatSeconds: 0, maxTimes: null }, firing, false, 900_000, null, 'no-repeats'],
    ['taken care of', repeating, { ...firing, isAcknowledged: true }, false, 900_000, null, 'acknowledged'],
    ['silenced', repeating, { ...firing, timesNotified: 0 }, true, 0, null, 'silenced'],
    ['over', repeating, { ...firing, isResolved: true }, true, 0, 'resolved', 'resolved'],
    [
      'over before anybody heard',
      repeating,
      { ...firing, isResolved: true, timesNotified: 0 },
      false,
      0,
      null,
      'nobody-was-told',
    ],
  ] as const)('%s', (_name, rule, incident, silenced, nowMs, kind, reason) => {
    expect(decideNotice(rule, incident, { isSilenced: silenced, isCovered: false }, nowMs)).toEqual({
      kind,
      reason,
    });
  });

  it('matches silences by what they name', () => {
    const open: Silence = {
      ...{ cluster: 'local', ruleId: null, group: null, topic: null, broker: null },
      ...{ startsAtMs: 0, endsAtMs: 10 },
    };
    const subject = { cluster: 'local', ruleId: 'r', group: 'g', topic: null, broker: null, brokers: [] };
    expect(isSilenced([open], subject, 9)).toBe(true);
    expect(isSilenced([open], subject, 10)).toBe(false);
    expect(isSilenced([{ ...open, group: 'g', ruleId: 'r' }], subject, 5)).toBe(true);
    for (const other of [{ group: 'h' }, { ruleId: 'q' }, { topic: 't' }, { cluster: 'kafka' }]) {
      expect(isSilenced([{ ...open, ...other }], subject, 5)).toBe(false);
    }
  });
});
