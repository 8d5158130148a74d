/** What the form of a silence sends is what the contract takes, for each scope. */
import { expect, it } from 'vitest';
import { silenceInputSchema } from '../../console/contracts/alerts.ts';
import {
  missingIn,
  newSilence,
  scopeOf,
  silenceInputOf,
  silenceScopes,
  type SilenceDraft,
} from './silence-draft.ts';

const NOW = Date.parse('2026-03-01T10:00:00.000Z');
const whole = { id: 'i', createdBy: 'ada', startsAt: '2026-03-01T10:00:00.000Z' };
const filled: SilenceDraft = { ...newSilence, ruleId: 'r1', name: ' 7 ', comment: ' new disks ' };

it.each(silenceScopes)('%s: what it sends is taken, and says so', (scope) => {
  const input = silenceInputSchema.parse(silenceInputOf({ ...filled, scope }, 'local', NOW));
  expect(scopeOf({ ...whole, ...input, startsAt: whole.startsAt })).toBe(scope);
  expect(input).toMatchObject({ cluster: 'local', comment: 'new disks', endsAt: '2026-03-01T12:00:00.000Z' });
  expect(input.startsAt).toBeUndefined();
});

it('begins when it is told to, and ends so long after', () => {
  const input = silenceInputOf(
    { ...newSilence, startsAt: '2026-03-02T08:00:00Z', lengthSeconds: 3_600 },
    'local',
    NOW,
  );
  expect(input).toMatchObject({ startsAt: '2026-03-02T08:00:00.000Z', endsAt: '2026-03-02T09:00:00.000Z' });
  expect(silenceInputOf({ ...newSilence, startsAt: 'soon' }, 'local', NOW)).toBeNull();
});

it.each([
  ['rule', { ruleId: '' }, 'rule'],
  ['group', { name: ' ' }, 'name'],
  ['topic', { name: '' }, 'name'],
  ['broker', { name: 'one' }, 'broker'],
  ['broker', { name: '' }, 'broker'],
] as const)('%s without its name is not sent', (scope, change, missing) => {
  const draft = { ...filled, scope, ...change };
  expect(missingIn(draft)).toBe(missing);
  expect(silenceInputOf(draft, 'local', NOW)).toBeNull();
});
