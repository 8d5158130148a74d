/** Which incidents are shown for what was asked. */
import { expect, it } from 'vitest';
import type { Incident } from '../../console/contracts/alerts.ts';
import { isShown } from './incident-filter.ts';

const incident: Incident = {
  ...{ id: 'i', rule: { id: 'r', name: 'Billing is late' }, type: 'group-lag', cluster: 'local' },
  ...{ subject: 'billing-worker on orders', group: 'billing-worker', topic: 'orders', broker: null },
  ...{ level: 'P1', state: 'firing', threshold: 60, unit: 'seconds', value: 90, peakValue: 90 },
  ...{ status: null, reason: null, noDataSince: null, causedBy: null, resolvedAt: null },
  ...{ startedAt: '2026-03-01T10:00:00.000Z', acknowledgedBy: null, acknowledgedAt: null, deliveries: [] },
};
const name = incident.rule.name;
const attended: Incident = { ...incident, acknowledgedBy: 'ada' };
const over: Incident = { ...incident, state: 'resolved', resolvedAt: '2026-03-01T11:00:00.000Z' };

it('by how they stand', () => {
  const all = [incident, attended, over];
  expect(all.map((each) => isShown(each, name, 'firing', ''))).toEqual([true, true, false]);
  expect(all.map((each) => isShown(each, name, 'unattended', ''))).toEqual([true, false, false]);
  expect(all.map((each) => isShown(each, name, 'resolved', ''))).toEqual([false, false, true]);
  expect(all.every((each) => isShown(each, name, null, ''))).toBe(true);
});

it('by words of the rule and of what it is about, in any order', () => {
  expect(isShown(incident, name, null, 'orders LATE p1')).toBe(true);
  expect(isShown(incident, name, null, 'orders payments')).toBe(false);
  expect(isShown(over, name, 'firing', 'orders')).toBe(false);
});

it('by the name that is shown, in the language that is read', () => {
  expect(isShown(incident, '主题令牌多次被拒', null, '令牌')).toBe(true);
  expect(isShown(incident, '主题令牌多次被拒', null, 'late')).toBe(false);
});
