/** What alerts keep: rules, where they stand, incidents, and what is still to be sent. The same on every database. */
import { beforeEach, expect, it } from 'vitest';
import type { RuleState } from '../../alerting/alert-rule.ts';
import { alertRuleInputSchema } from '../../contracts/alerts.ts';
import { deleteRule, findRule, insertRule, listRules, updateRule } from '../alert-rules.ts';
import {
  applyTransitions,
  readOpenIncidents,
  readRuleStates,
  type IncidentChange,
  type Transitions,
} from '../alert-transitions.ts';
import type { Database } from '../database.ts';
import { INCIDENTS_MAX, markAcknowledged, readIncidents, sweepIncidents } from '../incidents.ts';
import { claimAttempt, keepOutcome, lastSentByChannel, readPending } from '../outbox.ts';
import { again } from './again.ts';

const at = Date.UTC(2026, 0, 5, 12, 0, 0, 123);
const input = alertRuleInputSchema.parse({
  name: 'behind "a lot"',
  type: 'group-lag',
  cluster: 'local',
  group: 'g*',
  threshold: 10,
  unit: 'records',
  level: 'P1',
  channelIds: ['c'],
});

export function alertsSuite(current: () => Database): void {
  let database: Database;
  beforeEach(async () => {
    database = current();
    for (const table of ['delivery', 'incident', 'alertRule', 'channel'] as const) {
      await (database[table] as { deleteMany(): Promise<unknown> }).deleteMany();
    }
    const times = { createdAt: new Date(at), updatedAt: new Date(at) };
    await database.channel.create({
      data: { id: 'c', name: 'c', type: 'email', settings: '{}', enabled: true, ...times },
    });
    await insertRule(database, input, { id: 'r', by: 'ann', at: new Date(at) });
  });

  const state = (changes: Partial<RuleState> = {}): RuleState => ({
    ruleId: 'r',
    group: 'g',
    topic: null,
    broker: null,
    pendingSinceMs: null,
    firingSinceMs: at - 60_000,
    incidentId: 'i',
    lastValue: 5,
    lastEvaluatedMs: at,
    ...changes,
  });
  const change = (changes: Partial<IncidentChange> = {}): IncidentChange => ({
    id: 'i',
    opened: null,
    value: null,
    peakValue: null,
    threshold: null,
    status: null,
    reason: null,
    noDataSinceMs: null,
    causedBy: null,
    causeSeenMs: null,
    resolvedAtMs: null,
    notified: false,
    timesNotified: 1,
    lastNotifiedAtMs: at,
    ...changes,
  });
  const apply = (transitions: Partial<Transitions>): Promise<void> =>
    applyTransitions(database, { kept: [], dropped: [], incidents: [], deliveries: [], ...transitions });

  async function open(): Promise<void> {
    const rule = await findRule(database, 'r');
    if (rule === null) throw new Error('the rule is gone');
    await apply({
      kept: [state()],
      incidents: [
        change({
          opened: { rule, state: state(), unit: 'records', startedAtMs: at - 60_000 },
          value: 12,
          peakValue: 12,
          threshold: 10,
          notified: true,
        }),
      ],
      deliveries: ['d1', 'd2'].map((id) => ({
        ...{ id, incidentId: 'i', channelId: 'c', channelName: 'c', kind: 'firing' },
        ...{
          payload: JSON.stringify({ text: `it's "so" \\ 5`, n: 5 }),
          messageId: `<${id}@x>`,
          createdAtMs: at,
        },
      })),
    });
  }

  it('keeps rules as they were written', async () => {
    expect(await listRules(database)).toMatchObject([
      {
        id: 'r',
        name: 'behind "a lot"',
        group: 'g*',
        threshold: 10,
        channelIds: ['c'],
        firing: false,
        maxTimes: null,
      },
    ]);
    expect(await updateRule(database, 'r', { ...input, name: 'other' }, new Date(at + 1))).toBe(true);
    expect((await findRule(database, 'r'))?.updatedAt).toBe(new Date(at + 1).toISOString());
    expect(await updateRule(database, 'nobody', input, new Date(at))).toBe(false);
  });

  it('keeps where a rule stands, replaces it, and lets go of it with its rule', async () => {
    const other = state({
      group: 'x'.repeat(250),
      topic: 't',
      incidentId: null,
      firingSinceMs: null,
      lastValue: 0.25,
    });
    await apply({ kept: [state(), other] });
    await apply({ kept: [state({ lastValue: null, pendingSinceMs: at }), state({ ruleId: 'gone' })] });
    const states = await readRuleStates(database, ['r', 'gone']);
    expect(states).toHaveLength(2);
    expect(states).toEqual(expect.arrayContaining([state({ lastValue: null, pendingSinceMs: at }), other]));
    await apply({ dropped: [other] });
    expect(await readRuleStates(database, ['r'])).toHaveLength(1);
    await deleteRule(database, 'r', new Date(at));
    expect(await readRuleStates(database, ['r'])).toEqual([]);
  });

  it('opens an incident with what is to be sent, changes it by what is known, and closes it', async () => {
    await open();
    expect((await readOpenIncidents(database, 'local')).get('i')).toMatchObject({
      startedAtMs: at - 60_000,
      peakValue: 12,
      timesNotified: 1,
      lastNotifiedAtMs: at,
    });
    await apply({
      incidents: [change({ value: 30, peakValue: 30.5, reason: 'r'.repeat(5_000), noDataSinceMs: at })],
    });
    await apply({
      incidents: [
        change({ status: 'stalled', causedBy: 'k', causeSeenMs: at, notified: true, timesNotified: 2 }),
      ],
    });
    const [incident] = await readIncidents(database);
    expect(incident).toMatchObject({
      ...{ value: 30, peakValue: 30.5, threshold: 10, status: 'stalled', causedBy: 'k', noDataSinceMs: null },
      startedAt: new Date(at - 60_000),
    });
    expect(incident?.reason).toHaveLength(5_000);
    expect(incident?.deliveries.map(({ id }) => id).sort()).toEqual(['d1', 'd2']);
    await apply({ incidents: [change({ resolvedAtMs: at + 3 })] });
    expect((await readOpenIncidents(database, 'local')).size).toBe(0);
    await apply({ incidents: [change({ value: 99 })] });
    expect((await readIncidents(database, { state: 'resolved' }))[0]).toMatchObject({
      value: 30,
      resolvedAt: new Date(at + 3),
    });
    expect(await markAcknowledged(database, 'i', 'ann', new Date(at))).toMatchObject({
      acknowledgedBy: 'ann',
    });
    expect(await markAcknowledged(database, 'i', 'bob', new Date(at))).toMatchObject({
      acknowledgedBy: 'ann',
    });
    expect(INCIDENTS_MAX).toBeGreaterThan(1);
  });

  it('claims an attempt for one of two that want it, and marks what became of it', async () => {
    await open();
    const pending = await readPending(database, 'c');
    expect(pending.map(({ id }) => id)).toEqual(['d1', 'd2']);
    const claims = await Promise.all([
      again(() => claimAttempt(database, pending, 'batch 1', at + 60_000)),
      again(() => claimAttempt(database, pending, 'batch 2', at + 60_000)),
    ]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    const claimed = await readPending(database, 'c');
    expect(claimed).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    expect(claimed[0]?.batch).toBe(claims[0] === true ? 'batch 1' : 'batch 2');
    expect(claimed[0]?.payload).toMatchObject({ text: `it's "so" \\ 5`, n: 5 });
    const [first, second] = claimed;
    if (first === undefined || second === undefined) throw new Error('two were claimed');
    const over = { nextAttemptAtMs: null, note: null, attempts: null };
    await keepOutcome(database, [first], { ...over, state: 'sent', sentAtMs: at + 5 });
    await keepOutcome(database, [second], { ...over, state: 'dead', sentAtMs: null });
    expect(await readPending(database, 'c')).toEqual([]);
    expect(await lastSentByChannel(database, new Date(at))).toEqual(new Map([['c', at + 5]]));
  });

  it('lets go of incidents that are over, old and told', async () => {
    await open();
    const after = new Date(at + 86_400_000);
    expect(await sweepIncidents(database, after)).toBe(0);
    await apply({ incidents: [change({ resolvedAtMs: at })] });
    expect(await sweepIncidents(database, after)).toBe(0);
    const told = {
      state: 'dead',
      sentAtMs: null,
      nextAttemptAtMs: null,
      note: 'nobody there',
      attempts: null,
    } as const;
    await keepOutcome(database, await readPending(database, 'c'), told);
    expect(await sweepIncidents(database, after)).toBe(1);
    expect(await database.delivery.count()).toBe(0);
  });
}
