import { beforeEach, describe, expect, it } from 'vitest';
import { groupOf, snapshotOf } from '../model/testing/snapshots.ts';
import type { OpenIncident } from '../store/alert-transitions.ts';
import type { RuleState } from './alert-rule.ts';
import { openAfter } from './after-round.ts';
import { ruleOf, viewOf } from './testing/rules.ts';
import { decideRound, type RoundDecision, type RoundInput } from './decide-round.ts';
import type { Silence } from './notify-decision.ts';

const rule = ruleOf('group-lag', {
  name: 'late',
  group: 'g',
  threshold: 100,
  repeatSeconds: 60,
  channelIds: ['mail', 'switched-off'],
});

/** Keeps what the database would keep between rounds. */
let states: RuleState[];
let open: Map<string, OpenIncident>;
let ids: number;

beforeEach(() => {
  states = [];
  open = new Map();
  ids = 0;
});

function round(nowMs: number, lag: number, changes: Partial<RoundInput> = {}): RoundDecision {
  const partitions = [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: lag }];
  const decision = decideRound({
    view: viewOf(snapshotOf({ groups: [groupOf('g', partitions), groupOf('h', partitions)] }), nowMs),
    intervalMs: 10_000,
    rules: [rule],
    states,
    openIncidents: open,
    silences: [],
    channelNames: new Map([['mail', 'ops']]),
    newId: () => String(++ids),
    linkOf: (cluster, { group }) => `http://console/${cluster}/${group ?? ''}`,
    messageIdOf: (id) => `<${id}@x>`,
    ...changes,
  });
  states = [...decision.kept];
  open = openAfter(open, decision.incidents);
  return decision;
}

const told = ({ deliveries }: RoundDecision) =>
  deliveries.map(({ kind, channelId }) => `${kind} ${channelId}`);

it('opens an incident with its delivery, to the channels that are switched on', () => {
  const decision = round(0, 500);
  expect(told(decision)).toEqual(['firing mail']);
  expect(decision.incidents).toMatchObject([
    { value: 500, peakValue: 500, resolvedAtMs: null, notified: true },
  ]);
  expect(decision.deliveries[0]).toMatchObject({ incidentId: decision.incidents[0]?.id, channelName: 'ops' });
  expect(decision.deliveries[0]?.notice).toMatchObject({
    kind: 'firing',
    group: 'g',
    value: 500,
    startedAtMs: 0,
    link: 'http://console/local/g',
  });
});

it('repeats after its time, remembers the highest value, and tells the recovery', () => {
  round(0, 500);
  expect(told(round(10_000, 900))).toEqual([]);
  expect(told(round(60_000, 600))).toEqual(['repeat mail']);
  for (const atMs of [70_000, 80_000]) expect(told(round(atMs, 0))).toEqual([]);
  const over = round(90_000, 0);
  expect(told(over)).toEqual(['resolved mail']);
  expect(over.incidents).toMatchObject([{ value: 0, peakValue: 900, resolvedAtMs: 90_000 }]);
  expect([states, [...open]]).toEqual([[], []]);
});

describe('a silence', () => {
  const silence: Silence = {
    cluster: 'local',
    ruleId: null,
    group: 'g',
    topic: null,
    broker: null,
    startsAtMs: 0,
    endsAtMs: 25_000,
  };

  it('opens the incident but tells nobody until it ends', () => {
    const quiet = round(0, 500, { silences: [silence] });
    expect([told(quiet), quiet.incidents.length, quiet.reasons]).toEqual([[], 1, { silenced: 1 }]);
    expect(told(round(20_000, 500, { silences: [silence] }))).toEqual([]);
    expect(told(round(30_000, 500, { silences: [silence] }))).toEqual(['firing mail']);
  });

  it('lets nobody hear of the end of what nobody heard of', () => {
    round(0, 500, { silences: [silence] });
    round(5_000, 0, { silences: [silence] });
    const over = round(20_000, 0, { silences: [silence] });
    expect([told(over), over.reasons]).toEqual([[], { 'nobody-was-told': 1 }]);
  });
});

describe('a rule that was changed', () => {
  it('to another group lets go of the old one', () => {
    round(0, 500);
    const changed = round(10_000, 500, { rules: [ruleOf('group-lag', { ...rule, group: 'h' })] });
    expect(changed.dropped.map(({ group }) => group)).toEqual(['g']);
    expect(
      changed.incidents.filter(({ opened }) => opened !== null).map(({ opened }) => opened?.state.group),
    ).toEqual(['h']);
  });

  it('and whose incident was closed meanwhile begins a new one', () => {
    const first = round(0, 500);
    open.clear();
    const second = round(10_000, 500);
    expect(second.incidents[0]?.id).not.toBe(first.incidents[0]?.id);
    expect(told(second)).toEqual(['firing mail']);
  });
});

it('does nothing without rules, and keeps nothing of a subject that is well', () => {
  expect(round(0, 500, { rules: [] })).toMatchObject({ kept: [], incidents: [], deliveries: [] });
  expect(round(0, 5)).toMatchObject({ kept: [], dropped: [], incidents: [], deliveries: [] });
});
