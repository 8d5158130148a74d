import { describe, expect, it } from 'vitest';
import type { IncidentChange, NewDelivery, Transitions } from '../store/alert-transitions.ts';
import { mergeTransitions, noTransitions, openAfter, statesAfter } from './after-round.ts';
import type { RuleState } from './alert-rule.ts';
import { ruleOf } from './testing/rules.ts';

const state = (group: string, changes: Partial<RuleState> = {}): RuleState => ({
  ...{ ruleId: 'r', group, topic: null, broker: null, incidentId: null, lastValue: 1 },
  ...{ pendingSinceMs: 0, firingSinceMs: null, lastEvaluatedMs: 0, ...changes },
});

const change = (id: string, changes: Partial<IncidentChange> = {}): IncidentChange => ({
  ...{
    id,
    opened: null,
    value: 1,
    peakValue: 1,
    threshold: 0,
    status: null,
    reason: null,
    noDataSinceMs: null,
  },
  ...{ causedBy: null, causeSeenMs: null, resolvedAtMs: null, notified: false, timesNotified: 0 },
  ...{ lastNotifiedAtMs: null, ...changes },
});

const opened = {
  ...{ rule: ruleOf('group-lag', { id: 'r' }), state: state('g'), unit: 'records', startedAtMs: 5 },
};

const delivery = (id: string): NewDelivery => ({
  ...{ id, incidentId: 'i', channelId: 'c', channelName: 'ops', kind: 'firing', payload: '{}' },
  ...{ messageId: `<${id}>`, createdAtMs: 0 },
});

const round = (parts: Partial<Transitions>): Transitions => ({ ...noTransitions, ...parts });

it('states are what was kept last, without what was dropped', () => {
  const after = statesAfter([state('a'), state('b'), state('c')], {
    kept: [state('a', { lastValue: 9 }), state('d')],
    dropped: [state('b')],
  });
  expect(after.map(({ group, lastValue }) => [group, lastValue])).toEqual([
    ['a', 9],
    ['c', 1],
    ['d', 1],
  ]);
});

it('open incidents begin, change and end', () => {
  const first = openAfter(new Map(), [
    change('i', { opened, notified: true, timesNotified: 1, lastNotifiedAtMs: 7 }),
  ]);
  expect(first.get('i')).toMatchObject({
    ruleId: 'r',
    startedAtMs: 5,
    timesNotified: 1,
    lastNotifiedAtMs: 7,
  });
  const second = openAfter(first, [change('i', { peakValue: 8, timesNotified: 1, lastNotifiedAtMs: 7 })]);
  expect(second.get('i')).toMatchObject({ ruleId: 'r', startedAtMs: 5, peakValue: 8 });
  expect(openAfter(second, [change('i', { resolvedAtMs: 9 })]).size).toBe(0);
  expect(first.get('i')?.peakValue).toBe(1);
});

describe('two rounds as one', () => {
  it('keep what is so at the end', () => {
    const merged = mergeTransitions(
      round({ kept: [state('a'), state('b')], dropped: [state('c')] }),
      round({ kept: [state('c', { lastValue: 3 })], dropped: [state('a')] }),
    );
    expect(merged.kept.map(({ group, lastValue }) => [group, lastValue])).toEqual([
      ['b', 1],
      ['c', 3],
    ]);
    expect(merged.dropped.map(({ group }) => group)).toEqual(['a']);
  });

  it('know that an incident began, its last known value, who was told, and when it ended', () => {
    const merged = mergeTransitions(
      round({
        incidents: [
          change('i', {
            opened,
            value: 5,
            reason: 'slow',
            notified: true,
            timesNotified: 1,
            lastNotifiedAtMs: 7,
          }),
        ],
        deliveries: [delivery('1')],
      }),
      round({
        incidents: [
          change('i', { value: null, timesNotified: 1, lastNotifiedAtMs: 7, resolvedAtMs: 9 }),
          change('j'),
        ],
        deliveries: [delivery('2')],
      }),
    );
    expect(merged.incidents).toMatchObject([
      { id: 'i', opened, value: 5, reason: 'slow', notified: true, timesNotified: 1, resolvedAtMs: 9 },
      { id: 'j', opened: null },
    ]);
    expect(merged.deliveries.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('are no more than one, however many there were', () => {
    const one = round({ kept: [state('a')], incidents: [change('i')] });
    const many = Array.from({ length: 1_000 }, () => one).reduce(mergeTransitions);
    expect([many.kept.length, many.incidents.length]).toEqual([1, 1]);
  });
});
