/** What the form of a rule sends: what it makes is taken by the contract, for each type, and nothing of another type is left in it. */
import { describe, expect, it } from 'vitest';
import { alertRuleInputSchema } from '../../console/contracts/alerts.ts';
import { ruleTypeNames } from '../../console/contracts/alert-conditions.ts';
import {
  changeType,
  changeUnit,
  isComplete,
  newCondition,
  ruleInput,
  ruleTypes,
  type RuleDraft,
} from './rule-draft.ts';

const draftOf = (type: RuleDraft['type']): RuleDraft => ({
  ...newCondition(type),
  name: 'rule',
  cluster: 'local',
  forSeconds: 60,
  repeatSeconds: 0,
  maxTimes: null,
  level: 'P2',
  channelIds: [],
  enabled: true,
});

describe('the draft of a rule', () => {
  it('offers every type of the contract', () => {
    expect([...ruleTypes].sort()).toEqual([...ruleTypeNames].sort());
  });

  it.each(ruleTypeNames)(
    '%s: what a new one sends is taken, also when it was another type before',
    (type) => {
      const before: RuleDraft = {
        ...draftOf('group-lag'),
        ...{ group: 'billing-*', topic: 'orders', unit: 'seconds', recoverAt: 3, threshold: 20 },
      };
      for (const draft of [draftOf(type), changeType(before, type)]) {
        const filled = type === 'producer-rate' ? { ...draft, min: 1 } : draft;
        expect(isComplete(filled)).toBe(true);
        const result = alertRuleInputSchema.safeParse(ruleInput(filled));
        expect(result.error?.issues ?? []).toEqual([]);
      }
    },
  );

  it('keeps a group and a topic where the new type has them', () => {
    const lag = { ...draftOf('group-lag'), group: 'billing', topic: 'orders' };
    expect(changeType(lag, 'group-status')).toMatchObject({ group: 'billing', topic: null });
    expect(changeType(lag, 'topic-capacity')).toMatchObject({ group: null, topic: 'orders' });
  });
});

it('has a limit of its own for each unit: 1,000 records are not 1,000 seconds', () => {
  const lag = { ...draftOf('group-lag'), recoverAt: 10 };
  expect(changeUnit(lag, 'seconds')).toMatchObject({ unit: 'seconds', threshold: 300, recoverAt: null });
  expect(changeUnit(draftOf('disk-use'), 'bytes')).toMatchObject({
    unit: 'bytes',
    threshold: 100 * 1024 ** 3,
  });
});

describe('isComplete', () => {
  it('asks for a limit where there has to be one, one side of a band, a status', () => {
    expect(isComplete({ ...draftOf('disk-use'), threshold: null })).toBe(false);
    expect(isComplete(draftOf('producer-rate'))).toBe(false);
    expect(isComplete({ ...draftOf('group-status'), statuses: [] })).toBe(false);
  });

  it('takes nothing that is no number', () => {
    expect(isComplete({ ...draftOf('group-lag'), recoverAt: Number.NaN })).toBe(false);
  });
});
