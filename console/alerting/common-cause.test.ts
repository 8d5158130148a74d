import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityOf } from './alert-rule.ts';
import { CAUSE_GRACE_MS, groupByCause, type Caused } from './common-cause.ts';

const incident = (id: string, changes: Partial<Caused> = {}): Caused => ({
  id,
  level: 'P2',
  brokerDown: null,
  brokers: [],
  isKnown: true,
  causedBy: null,
  causeSeenMs: null,
  channelIds: ['mail'],
  isTold: true,
  startedAtMs: 0,
  ...changes,
});
const down = incident('down', { brokerDown: 2 });
const leads = (...incidents: Caused[]) =>
  Object.fromEntries([...groupByCause(incidents, 1_000_000)].map(([id, { leadId }]) => [id, leadId]));

describe('what a dead broker causes', () => {
  const child = incident('child', { brokers: [2] });
  it.each<[string, Caused[], Record<string, string | null>]>([
    ['is told with it', [child, down], { child: 'down' }],
    ['of another broker is not', [incident('child', { brokers: [1] }), down], { child: null }],
    ['together with another broker, too', [incident('child', { brokers: [1, 2] }), down], { child: 'down' }],
    ['is told by itself when it is more severe', [{ ...child, level: 'P1' }, down], { child: null }],
    [
      'and when somebody would not hear of it',
      [{ ...child, channelIds: ['mail', 'chat'] }, down],
      { child: null },
    ],
    ['and when nobody was told of the broker', [child, { ...down, isTold: false }], { child: null }],
    [
      'without a rule on brokers: one for all',
      [incident('b', { brokers: [2] }), child],
      { b: null, child: 'b' },
    ],
    [
      'the most severe of them',
      [child, incident('z', { brokers: [2], level: 'P0' })],
      { z: null, child: 'z' },
    ],
    [
      'or that of which was told',
      [child, incident('a', { brokers: [2], isTold: false })],
      { child: null, a: 'child' },
    ],
    ['nothing to do with it', [incident('other'), down], {}],
  ])('%s', (_name, incidents, expected) => {
    expect(leads(...incidents)).toEqual(expected);
  });

  it('waits a while after the broker is back, and no longer', () => {
    const after = (ms: number) => groupByCause([incident('child', { causedBy: 'down', causeSeenMs: 0 })], ms);
    expect(after(CAUSE_GRACE_MS - 1).get('child')).toEqual({ leadId: 'down', seenMs: 0, text: null });
    expect(after(CAUSE_GRACE_MS).has('child')).toBe(false);
  });

  it('is not over while nothing is known', () => {
    const blind = incident('child', { causedBy: 'down', causeSeenMs: 0, isKnown: false });
    expect(groupByCause([blind], 1e9).get('child')).toMatchObject({ leadId: 'down', seenMs: 1e9 });
  });
});

it('never hides what is urgent, never sends for somebody who is not told, never leads in a circle', () => {
  const channel = fc.subarray(['a', 'b', 'c']);
  const one = fc.record({
    level: fc.constantFrom('P0' as const, 'P1' as const, 'P2' as const),
    brokerDown: fc.constantFrom(null, null, 1, 2),
    brokers: fc.constantFrom([], [1], [2], [1, 2]),
    channelIds: channel,
    isTold: fc.boolean(),
    startedAtMs: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (parts) => {
      const incidents = parts.map((changes, index) => incident(String(index), changes));
      const byId = new Map(incidents.map((each) => [each.id, each]));
      const causes = groupByCause(incidents, 1_000_000);
      for (const [id, { leadId }] of causes) {
        if (leadId === null) continue;
        const [led, lead] = [byId.get(id), byId.get(leadId)];
        if (led === undefined || lead === undefined) throw new Error('led by nobody');
        expect(severityOf(lead.level)).toBeLessThanOrEqual(severityOf(led.level));
        expect(lead.isTold).toBe(true);
        expect(lead.channelIds).toEqual(expect.arrayContaining([...led.channelIds]));
        expect(causes.get(leadId)?.leadId ?? null).toBe(null);
      }
      // Nothing depends on the order in which they are given.
      expect(new Map(groupByCause([...incidents].reverse(), 1_000_000))).toEqual(causes);
    }),
  );
});
