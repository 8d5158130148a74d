/** A chart's "alert me about this": what it offers is what the form opens with, and the contract takes it. */
import { describe, expect, it } from 'vitest';
import { alertRuleInputSchema } from '../../console/contracts/alerts.ts';
import { limitAbove, newRuleHref, offeredRule, sizeAbove, type RuleOffer } from './rule-link.ts';

const opened = (href: string) => offeredRule(new URL(href, 'http://console').searchParams, 'local');
const rest = { name: 'rule', forSeconds: 60, repeatSeconds: 0, channelIds: [], enabled: true };

describe('a rule offered by an address', () => {
  it.each<[string, RuleOffer, object]>([
    [
      'lag of a group',
      { type: 'group-lag', group: 'a/b & c', unit: 'records', threshold: 5_000 },
      { group: 'a/b & c', topic: null, unit: 'records', threshold: 5_000 },
    ],
    [
      'time behind',
      { type: 'group-lag', group: 'billing', unit: 'seconds' },
      { group: 'billing', unit: 'seconds', threshold: 300 },
    ],
    ['size of a topic', { type: 'topic-capacity', topic: 'orders' }, { topic: 'orders', unit: 'bytes' }],
    ['a broker', { type: 'broker-down', broker: 2 }, { broker: 2, threshold: null }],
  ])('%s', (_, offer, expected) => {
    const rule = opened(newRuleHref(offer, 'other'));
    expect(rule).toMatchObject({ type: offer.type, cluster: 'other', ...expected });
    expect(alertRuleInputSchema.safeParse({ ...rest, ...rule }).error?.issues ?? []).toEqual([]);
  });

  it('leaves out what its type does not have, and what is no number or unit', () => {
    const rule = opened('/alerts?rule=new&type=broker-down&group=g&broker=-1&threshold=x&unit=parsecs');
    expect(rule).toMatchObject({ type: 'broker-down', group: null, broker: null, threshold: null });
    expect(opened('/alerts?rule=new&type=group-lag&unit=parsecs&threshold=1e9')).toMatchObject({
      unit: 'records',
      threshold: 1_000,
      cluster: 'local',
    });
  });

  it('is none without a type there is', () => {
    expect(opened('/alerts?rule=new&type=coffee')).toBeNull();
    expect(opened('/alerts?type=group-lag')).toBeNull();
  });
});

it('limitAbove is round, and twice what was seen', () => {
  expect([0, 400, 499, 501, 7_300, 123_456].map((highest) => limitAbove(highest, 1_000))).toEqual([
    1_000, 1_000, 1_000, 2_000, 20_000, 500_000,
  ]);
});

it('sizeAbove is a power of two', () => {
  expect([0, 2 ** 30, 2 ** 30 + 1].map((highest) => sizeAbove(highest, 2 ** 30))).toEqual([
    2 ** 30,
    2 ** 31,
    2 ** 32,
  ]);
});
