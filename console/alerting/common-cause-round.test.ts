/** What people hear of a broker that dies, of what it causes, and while nothing is known: rounds played one after the other. */
import { beforeEach, expect, it } from 'vitest';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from '../model/testing/snapshots.ts';
import type { OpenIncident } from '../store/alert-transitions.ts';
import { openAfter } from './after-round.ts';
import type { RuleDefinition, RuleState } from './alert-rule.ts';
import { decideRound, type RoundDecision } from './decide-round.ts';
import type { Silence } from './notify-decision.ts';
import type { RoundView } from './reading.ts';
import { blindSince, ruleOf, viewOf } from './testing/rules.ts';

const SECOND = 1_000;
const told = { channelIds: ['mail'] };
const brokerRule = ruleOf('broker-down', { id: 'down', level: 'P1', ...told });
const isrRule = ruleOf('under-replicated', { id: 'isr', topic: '*', ...told });
const lagRule = ruleOf('group-lag', { id: 'lag', threshold: 10, repeatSeconds: 60, ...told });

let states: RuleState[];
let open: Map<string, OpenIncident>;
let ids: number;
beforeEach(() => {
  [states, open, ids] = [[], new Map(), 0];
});

/** Keeps what the database would keep. */
function play(view: RoundView, rules: readonly RuleDefinition[], silences: Silence[] = []): RoundDecision {
  const decision = decideRound({
    ...{ view, rules, states, openIncidents: open, silences, intervalMs: 10 * SECOND },
    channelNames: new Map([['mail', 'ops']]),
    newId: () => String(++ids),
    linkOf: () => 'http://console',
    messageIdOf: (id) => `<${id}@x>`,
  });
  states = [...decision.kept];
  open = openAfter(open, decision.incidents);
  return decision;
}

const heard = ({ deliveries }: RoundDecision): string[] =>
  deliveries.map(({ kind, notice: { type, subject, group, cause } }) => {
    const words = cause === null ? '' : ` (${cause.text}: ${String(cause.count)})`;
    return `${kind} ${type} ${group ?? subject}${words}`;
  });

function cluster(atSeconds: number, state: 'well' | 'down' | 'catching-up', topics = 3): RoundView {
  const isr = state === 'well' ? [1, 2] : [1];
  return viewOf(
    snapshotOf({
      asOfMs: atSeconds * SECOND,
      brokers: [brokerOf(1), brokerOf(2, { reachable: state !== 'down' })],
      topics: Array.from({ length: topics }, (_, index) =>
        topicOf(`t${String(index)}`, [partitionOf(0, { replicas: [1, 2], isr })]),
      ),
    }),
  );
}

it('tells one thing of a broker that is down: its consequences are counted, and heard of again if they last', () => {
  const rules = [isrRule, brokerRule];
  expect(heard(play(cluster(0, 'well'), rules))).toEqual([]);
  const died = play(cluster(10, 'down'), rules);
  expect(heard(died)).toEqual(['firing broker-down broker 2 (broker 2 is down: 4)']);
  expect(died.incidents.filter(({ opened }) => opened !== null)).toHaveLength(4);
  expect(died.reasons).toEqual({ 'first-notice': 1, 'told-with-cause': 3 });
  expect(heard(play(cluster(20, 'down'), rules))).toEqual([]);
  expect(heard(play(cluster(30, 'catching-up'), rules))).toEqual([]);
  expect(heard(play(cluster(40, 'catching-up'), rules))).toEqual([]);
  expect(heard(play(cluster(50, 'catching-up'), rules))).toEqual(['resolved broker-down broker 2']);
  expect(heard(play(cluster(300, 'catching-up'), rules))).toEqual([]);
  expect(heard(play(cluster(330, 'catching-up'), rules)).sort()).toEqual([
    'firing under-replicated t0',
    'firing under-replicated t1',
    'firing under-replicated t2',
  ]);
});

it('tells nothing more when the consequences end with their cause', () => {
  const rules = [brokerRule, isrRule];
  play(cluster(10, 'down'), rules);
  const after = [30, 40, 50, 60].flatMap((at) => heard(play(cluster(at, 'well'), rules)));
  expect(after).toEqual(['resolved broker-down broker 2']);
  expect([states, open.size]).toEqual([[], 0]);
});

it('five thousand topics of one dead broker are one notice also where no rule is on brokers', () => {
  const storm = play(cluster(10, 'down', 5_000), [isrRule]);
  expect(heard(storm)).toEqual(['firing under-replicated t0 (broker 2 is down: 5000)']);
  expect(storm.incidents).toHaveLength(5_000);
});

it('is silent during maintenance of the broker, with everything that follows from it', () => {
  const silence: Silence = {
    ...{ cluster: 'local', ruleId: null, group: null, topic: null, broker: 2 },
    ...{ startsAtMs: 0, endsAtMs: 60 * SECOND },
  };
  const rules = [brokerRule, isrRule];
  expect(heard(play(cluster(10, 'down'), rules, [silence]))).toEqual([]);
  expect(open.size).toBe(4);
  expect(heard(play(cluster(70, 'down'), rules, [silence]))).toEqual([
    'firing broker-down broker 2 (broker 2 is down: 4)',
  ]);
});

const lag = (atSeconds: number, records: number | null): RoundView => {
  const offsets = [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: records }];
  return viewOf(snapshotOf({ asOfMs: atSeconds * SECOND, groups: [groupOf('g', offsets)] }));
};

it('missing data is no recovery, and is said to be missing', () => {
  expect(heard(play(lag(0, 500), [lagRule]))).toEqual(['firing group-lag g']);
  const missing = play(lag(10, null), [lagRule]);
  expect([heard(missing), missing.incidents]).toMatchObject([
    [],
    [{ resolvedAtMs: null, value: null, noDataSinceMs: 10_000 }],
  ]);
  const blind = play(blindSince(10_000, 3_000_000), [lagRule]);
  expect(blind.incidents).toMatchObject([{ resolvedAtMs: null, noDataSinceMs: 10_000 }]);
  const back = play(lag(3_010, 400), [lagRule]);
  expect(back.incidents).toMatchObject([{ value: 400, noDataSinceMs: null, resolvedAtMs: null }]);
});

it('tells of a cluster that cannot be seen, and when it is seen again', () => {
  const rules = [ruleOf('collector-blind', { threshold: 60, ...told }), lagRule];
  expect(heard(play(blindSince(0, 60_000), rules))).toEqual([]);
  expect(heard(play(blindSince(0, 70_000), rules))).toEqual(['firing collector-blind local']);
  expect(heard(play(blindSince(0, 80_000), rules))).toEqual([]);
  const seen = [90, 100, 110].flatMap((at) => heard(play(lag(at, 0), rules)));
  expect(seen).toEqual(['resolved collector-blind local']);
});

it('a value between recovery limit and threshold is one incident', () => {
  const rule = ruleOf('group-lag', { id: 'lag', threshold: 100, recoverAt: 50, ...told });
  const course = [60, 120, 60, 60, 60, 60, 120, 60, 40, 40, 40];
  const all = course.flatMap((records, index) => heard(play(lag(index * 10, records), [rule])));
  expect(all).toEqual(['firing group-lag g', 'resolved group-lag g']);
});
